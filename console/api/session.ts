import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client, ServiceDescription } from '../../client/types.ts';
import type { ConsoleConfig } from './config.ts';

/** What every page of a signed-in user has. */
export interface Session {
  client: Client;
  key: string;
  config: ConsoleConfig;
  service: ServiceDescription;
  /** Forgets the key. `note` says why, where it was not the user's wish. */
  signOut(note?: string): void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** The session; throws outside of one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session) return session;
  throw new Error('Cannot use the session: there is none, the component must be below SessionContext');
}
