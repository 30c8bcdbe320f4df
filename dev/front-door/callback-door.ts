import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLambdaCall } from '../lambda/invoke-api.ts';
import type { Log } from '../log/log.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** What the functions' own calls reach, beside table, queues and bucket. One that rejects refuses its request. */
export interface CallbackServices {
  secrets: Serve;
  /** Takes /@connections/{id}. */
  connections: Serve;
  /** Takes calls of Lambda's own API. */
  lambda: Serve;
}

/** A server that only this machine's processes reach: Secrets Manager, Lambda, the WebSocket API's @connections. */
export interface CallbackDoor {
  url: string;
  stop(): void;
}

/** Clients keep connections for reuse; one that is closed under a request would fail it. */
const keepAliveMs = 600_000;

export async function startCallbackDoor(log: Log, services: CallbackServices): Promise<CallbackDoor> {
  const server = createServer(async (request, response) => {
    try {
      await serve(services, request, response);
    } catch (error) {
      // Any program of this machine may have sent it.
      log.warn('callback', `${request.method} ${request.url}: ${error}`);
      refuse(response);
    }
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

async function serve(
  { secrets, connections, lambda }: CallbackServices,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '/';
  const start = path.indexOf('/@connections/');
  if (isLambdaCall(request)) return await lambda(request, response);
  if (start < 0) return await secrets(request, response);
  // The stage that stands before it tells one API from another, and there is one.
  request.url = path.slice(start);
  await connections(request, response);
}

function refuse(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(400, { 'content-type': 'application/json' }).end('{"message":"This is no such call"}');
}
