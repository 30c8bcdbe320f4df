import { startDeadline } from '../deadline.ts';
import { isApiError } from '../errors.ts';
import type { Requests } from '../requests.ts';
import type { FindService } from '../service-description.ts';
import type { WebSocketClass } from '../types.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Channel } from './channel.ts';
import { type LiveConnection, openLiveConnection } from './live-connection.ts';

interface WebSocketOptions {
  WebSocket: WebSocketClass;
  service: FindService;
  connectTimeoutMs: number;
}

/** As many as the service allows for one connection. */
const mostSubscriptions = 100;
/** How long a connection is kept that nobody uses: the next job may come soon. */
const lingerMs = 1_000;
/** The longest that a token is good for; it ends with the credential that asked for it, where that is sooner. */
const tokenSeconds = 3_600;
/** A connection is left for a new one so long before its token ends. */
const spareMs = 120_000;
/** However little is left of its token, or seems so by a clock that is wrong, a connection is used for so long. */
const leastFreshMs = 10_000;
/** Of a connection that answers: a service with much to do may let a subscription wait. */
const subscribeTimeoutMs = 30_000;

/** WebSocket: one connection for all subscriptions of a client, and another one for each further hundred. */
export function webSocketChannel(requests: Requests, options: WebSocketOptions): Channel & { close(): void } {
  const { WebSocket, service, connectTimeoutMs } = options;
  const connections = new Set<LiveConnection>();
  let opening: Promise<LiveConnection> | undefined;

  async function open(): Promise<LiveConnection> {
    // The handshake of a browser has no headers: it gets a token that opens one connection, once.
    const body = { scopes: ['jobs:read'], singleUse: true, expiresInSeconds: tokenSeconds };
    const once = { retries: 0, timeoutMs: connectTimeoutMs };
    const asked = requests.send<{ token: string; expiresAt: string }>('POST', '/tokens', { body, ...once });
    const [{ links }, answer] = await Promise.all([service(once), asked]);
    const url = new URL(links.events);
    url.searchParams.set('access_token', answer.body.token);
    const freshMs = Math.max(leastFreshMs, Date.parse(answer.body.expiresAt) - Date.now() - spareMs);
    const connection = await openLiveConnection(WebSocket, { url: url.href, timeoutMs: connectTimeoutMs, freshMs });
    connections.add(connection);
    return connection;
  }

  async function subscribe(job: string, after: number) {
    for (;;) {
      for (const connection of connections) {
        if (!connection.isFresh()) connections.delete(connection);
        else if (connection.load() < mostSubscriptions) {
          return { connection, subscription: connection.subscribe(job, after) };
        }
      }
      opening ??= open().finally(() => {
        opening = undefined;
      });
      await opening;
    }
  }

  function release(connection: LiveConnection): void {
    if (connection.size() > 0) return;
    setTimeout(() => {
      if (connection.size() > 0) return;
      connection.retire();
      connections.delete(connection);
    }, lingerMs);
  }

  return {
    name: 'websocket',
    async *tell(job, after, signal) {
      const { connection, subscription } = await unlessAborted(subscribe(job, after), signal, (late) => {
        late.subscription.leave();
        release(late.connection);
      });
      const deadline = startDeadline(`subscribe to job ${job}`, subscribeTimeoutMs, signal);
      deadline.signal.addEventListener('abort', () => subscription.end(deadline.signal.reason), { once: true });
      try {
        signal?.throwIfAborted();
        for await (const told of subscription) {
          deadline.extend(Number.POSITIVE_INFINITY);
          yield told;
        }
      } catch (error) {
        // The connection's token has ended before its time, or its key was revoked: a new token tells which.
        if (!isApiError(error) || error.status !== 401) throw error;
        connection.retire();
      } finally {
        deadline.clear();
        subscription.leave();
        release(connection);
      }
    },
    close() {
      for (const connection of connections) connection.retire();
      connections.clear();
    },
  };
}
