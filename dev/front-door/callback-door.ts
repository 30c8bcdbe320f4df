import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLambdaCall } from '../lambda/invoke-api.ts';

/** What the functions' own calls reach, beside table, queues and bucket. */
export interface CallbackServices {
  secrets(request: IncomingMessage, response: ServerResponse): void;
  /** Takes /@connections/{id}. */
  connections(request: IncomingMessage, response: ServerResponse): void;
  /** Takes calls of Lambda's own API. */
  lambda(request: IncomingMessage, response: ServerResponse): void;
}

/** A server that only this machine's processes reach: Secrets Manager, Lambda, the WebSocket API's @connections. */
export interface CallbackDoor {
  url: string;
  stop(): void;
}

/** Clients keep connections for reuse; one that is closed under a request would fail it. */
const keepAliveMs = 600_000;

export async function startCallbackDoor({ secrets, connections, lambda }: CallbackServices): Promise<CallbackDoor> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const start = path.indexOf('/@connections/');
    if (isLambdaCall(request)) return lambda(request, response);
    if (start < 0) return secrets(request, response);
    // The stage that stands before it tells one API from another, and there is one.
    request.url = path.slice(start);
    connections(request, response);
  });
  server.keepAliveTimeout = keepAliveMs;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
