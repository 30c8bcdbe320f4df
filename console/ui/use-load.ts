import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isApiError } from '../../client/errors.ts';
import { useSession } from '../api/session.ts';

/** What has been loaded so far. `error` is the last try's; what was there before stays beside it. */
export interface Loaded<Value> {
  value: Value | undefined;
  error: Error | undefined;
  isLoading: boolean;
  reload(): void;
}

interface LoadOptions {
  /** Loads again after so long, while the page can be seen and nothing is being loaded. @default never */
  everyMs?: number | undefined;
}

/** Loads when the component appears and when `key`, which must name all that `load` depends on, is another. */
export function useLoad<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
  { everyMs }: LoadOptions = {},
): Loaded<Value> {
  const [state, setState] = useState<{ key: string; value?: Value; error?: Error }>({ key });
  const [isLoading, setLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const isBusy = useRef(false);
  const { signOut } = useSession();

  useEffect(() => {
    const aborter = new AbortController();
    isBusy.current = true;
    setLoading(true);
    latest
      .current(aborter.signal)
      .then((value) => setState({ key, value }))
      .catch((error: Error) => {
        if (aborter.signal.aborted) return;
        if (isApiError(error) && error.status === 401) signOut('The key is not good any more.');
        setState((former) => ({ ...(former.key === key ? former : { key }), error }));
      })
      .finally(() => {
        if (aborter.signal.aborted) return;
        isBusy.current = false;
        setLoading(false);
      });
    return () => aborter.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((count) => count + 1), []);
  useEffect(() => {
    if (everyMs === undefined) return;
    // Loading anew ends the load before: one that takes longer than `everyMs` would never come to its end.
    const timer = setInterval(() => !isBusy.current && document.visibilityState === 'visible' && reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);

  const isCurrent = state.key === key;
  return { value: isCurrent ? state.value : undefined, error: isCurrent ? state.error : undefined, isLoading, reload };
}
