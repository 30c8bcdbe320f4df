import { useEffect, useState } from 'preact/hooks';
import { createClient } from '../../client/create-client.ts';
import { isApiError } from '../../client/errors.ts';
import { type ConsoleConfig, loadConfig } from './config.ts';
import { keyStore, takeKeyFromAddress } from './key-store.ts';
import type { Session } from './session.ts';

/** How far the console has come. */
export interface SignIn {
  /** Undefined until the console has started. */
  config: ConsoleConfig | undefined;
  session: Session | undefined;
  /** Why the user was signed out. */
  note: string | undefined;
  /** What keeps the console from starting: it may pass. */
  obstacle: { error: Error; tryAgain(): void } | undefined;
  /** Rejects where the service does not take the key. */
  signIn(settings: ConsoleConfig, key: string): Promise<void>;
}

/** Signs in with the key of a link, or with that of this tab. Only a key that is refused is forgotten: an outage passes. */
export function useSignIn(keyOfLink: string | undefined): SignIn {
  const [config, setConfig] = useState<ConsoleConfig>();
  const [session, setSession] = useState<Session>();
  const [note, setNote] = useState<string>();
  const [obstacle, setObstacle] = useState<SignIn['obstacle']>();

  async function signIn(settings: ConsoleConfig, key: string): Promise<void> {
    const client = createClient({ url: settings.rest, credential: key });
    const service = await client.service();
    await client.types();
    keyStore.write(key);
    setNote(undefined);
    setSession({ client, key, config: settings, service, signOut });
  }

  function signOut(reason?: string): void {
    keyStore.clear();
    setNote(reason);
    setSession((former) => {
      former?.client.close();
      return undefined;
    });
  }

  async function enter(link: string | undefined): Promise<void> {
    const settings = await loadConfig();
    // Elsewhere than on one's own machine whoever makes a link could have others work under a key of his own.
    const key = (settings.local ? link : undefined) ?? keyStore.read();
    if (key !== undefined) {
      await signIn(settings, key).catch((error: Error) => {
        if (!isRefused(error)) throw error;
        signOut(error.message);
      });
    }
    setConfig(settings);
  }

  function start(link: string | undefined): void {
    setObstacle(undefined);
    enter(link).catch((error: Error) => setObstacle({ error, tryAgain: () => start(link) }));
  }

  useEffect(() => start(keyOfLink), []);
  // A link with a key that is opened where the console is open already changes the fragment alone.
  useEffect(() => {
    const follow = () => {
      const key = takeKeyFromAddress();
      if (key !== undefined) start(key);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

  return { config, session, note, obstacle, signIn };
}

/** True where another key is wanted: the service has looked at this one. */
function isRefused(error: Error): boolean {
  return isApiError(error) && (error.status === 401 || error.status === 403);
}
