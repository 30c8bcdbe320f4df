import { setTimeout as pause } from 'node:timers/promises';
import { env } from '../env.ts';
import { signedFetch } from './signed-request.ts';

const gone = 410;
const throttled = 429;
/** A connection that hangs delays the other watchers of a job by three times this at the most, and is dropped then. */
const timeoutsMs = { POST: 1_500, GET: 1_000, DELETE: 1_000 } as const;
/** How long a post is tried that the platform throttles, or whose client reads too slowly. */
const patienceMs = 4_000;
const betweenTriesMs = 200;

/** Calls the WebSocket API about one connection ("Use @connections commands in your backend service"). */
async function call(method: keyof typeof timeoutsMs, connection: string, body?: string): Promise<number> {
  const url = `${env('LIVE_CALLBACK_URL')}/@connections/${encodeURIComponent(connection)}`;
  const timeoutMs = timeoutsMs[method];
  const response = await signedFetch('execute-api', { method, url, timeoutMs, ...(body !== undefined && { body }) });
  await response.arrayBuffer(); // Read to the end, or the socket cannot be used again.
  return response.status;
}

/** Sends one text frame; false where the connection is gone or does not take it. */
export async function postToConnection(connection: string, frame: string): Promise<boolean> {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const status = await call('POST', connection, frame).catch(() => gone);
    if (status !== throttled || Date.now() > untilMs) return status < 300;
    await pause(betweenTriesMs);
  }
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
