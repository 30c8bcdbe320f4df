import { useState } from 'preact/hooks';
import { isApiError } from '../../client/errors.ts';
import { useSession } from '../api/session.ts';

/** Something that a button does, and how that stands. */
export interface Action<Args extends unknown[]> {
  run(...args: Args): void;
  isBusy: boolean;
  error: Error | undefined;
}

/** Makes `act` an action: one at a time, its error kept until the next try. */
export function useAction<Args extends unknown[]>(act: (...args: Args) => Promise<unknown>): Action<Args> {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const { signOut } = useSession();

  async function attempt(...args: Args): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await act(...args);
    } catch (thrown) {
      if (isApiError(thrown) && thrown.status === 401) signOut('The key is not good any more.');
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
    } finally {
      setBusy(false);
    }
  }

  return {
    run: (...args) => {
      if (!isBusy) void attempt(...args);
    },
    isBusy,
    error,
  };
}
