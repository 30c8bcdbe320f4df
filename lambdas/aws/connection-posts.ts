import { env } from '../env.ts';
import { signedFetch } from './signed-request.ts';

const gone = 410;
/** A connection that hangs delays the other watchers of a job by three times this at the most, and is dropped then. */
const timeoutMs = 2_000;

/** Calls the WebSocket API about one connection ("Use @connections commands in your backend service"). */
async function call(method: 'GET' | 'POST' | 'DELETE', connection: string, body?: string): Promise<number> {
  const url = `${env('LIVE_CALLBACK_URL')}/@connections/${encodeURIComponent(connection)}`;
  const response = await signedFetch('execute-api', { method, url, timeoutMs, ...(body !== undefined && { body }) });
  await response.arrayBuffer(); // Read to the end, or the socket cannot be used again.
  return response.status;
}

/** Sends one text frame; false where the connection is gone or does not take it. */
export async function postToConnection(connection: string, frame: string): Promise<boolean> {
  const status = await call('POST', connection, frame).catch(() => gone);
  return status < 300;
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
