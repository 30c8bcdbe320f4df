import { setTimeout as pause } from 'node:timers/promises';
import { env } from '../env.ts';
import { signedFetch } from './signed-request.ts';

const gone = 410;
/** Stands for the status of a call that got no answer. */
const unknown = 599;
/** What says that a post was not taken, so that it may be made again: throttled, or a client that reads too slowly. */
const notTaken = 429;
/** A connection that hangs is given up after this long: so much it can delay the other watchers of a job. */
const timeoutsMs = { POST: 5_000, GET: 1_000, DELETE: 1_000 } as const;
/** How long a post that was not taken is made again. */
const patienceMs = 4_000;
const betweenTriesMs = 200;

/** Calls the WebSocket API about one connection ("Use @connections commands in your backend service"). */
async function call(method: keyof typeof timeoutsMs, connection: string, body?: string): Promise<number> {
  const url = `${env('LIVE_CALLBACK_URL')}/@connections/${encodeURIComponent(connection)}`;
  const request = { method, url, timeoutMs: timeoutsMs[method] };
  const post = { attempts: 1, body: body ?? '' };
  const response = await signedFetch('execute-api', method === 'POST' ? { ...request, ...post } : request);
  await response.arrayBuffer(); // Read to the end, or the socket cannot be used again.
  return response.status;
}

/** What became of a frame. `failed`: the connection may be there, but nobody knows whether it was taken, or it was not. */
export type Posted = 'taken' | 'gone' | 'failed';

/**
 * Sends one text frame. Where nobody can tell whether it was taken (no answer in time, a fault of the platform), it is
 * not sent again: the caller ends the connection, and its client, which knows what it has seen, resumes. So no client
 * gets a frame twice.
 */
export async function postFrame(connection: string, frame: string): Promise<Posted> {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const status = await call('POST', connection, frame).catch((error) => (isUnsent(error) ? notTaken : unknown));
    if (status === gone) return 'gone';
    if (status !== notTaken || Date.now() > untilMs) return status < 300 ? 'taken' : 'failed';
    await pause(betweenTriesMs);
  }
}

/** Sends one text frame; false where the connection is gone or does not take it. */
export async function postToConnection(connection: string, frame: string): Promise<boolean> {
  return (await postFrame(connection, frame)) === 'taken';
}

/** True where there was no connection to send over: refused, or a kept one that had been closed meanwhile. */
function isUnsent(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ENOTFOUND', 'EAI_AGAIN'].includes(String(code));
}

/** Ends a connection from our side; true also where it was gone already. */
export async function closeConnection(connection: string): Promise<boolean> {
  const status = await call('DELETE', connection).catch(() => 0);
  return status === gone || (status >= 200 && status < 300);
}

/** False once the platform says that the connection is gone; where it says nothing, the connection counts as open. */
export async function isConnectionOpen(connection: string): Promise<boolean> {
  return (await call('GET', connection).catch(() => 0)) !== gone;
}
