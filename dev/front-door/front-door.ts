import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { listenOnLoopback } from './listen.ts';

/** What is behind the door. */
export interface Services {
  /** Takes what begins with /v1. */
  rest(request: IncomingMessage, response: ServerResponse): void;
  /** Takes /graphiql. */
  graphiql?(request: IncomingMessage, response: ServerResponse): void;
  /** Takes /reference and what is below. */
  reference?(request: IncomingMessage, response: ServerResponse): void;
  /** Takes what else a browser asks for; resolves with false where it has left the request unanswered. */
  console?(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Takes handshakes under /live. */
  live(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The one port that clients know. It is taken at once, and holds requests back until there is something to serve. */
export interface FrontDoor {
  port: number;
  /** Serves by `services` from now on; connections stay. */
  open(services: Services): void;
  stop(): Promise<void>;
}

/** Takes `port` on loopback (0: any); throws PortTakenError where somebody else has it. */
export async function startFrontDoor(port: number): Promise<FrontDoor> {
  const opened = Promise.withResolvers<void>();
  let services: Services | undefined;
  /** Those that asked for a WebSocket, whatever became of them: a server that closes no longer knows them. */
  const upgraded = new Set<Duplex>();
  const { port: takenPort, servers } = await listenOnLoopback(makeServer, port);

  function makeServer(): Server {
    // Clients that offer HTTP/2 (`Upgrade: h2c`: curl --http2, Java's HttpClient) are to be served as they are.
    const shouldUpgradeCallback = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket';
    const server = createServer({ shouldUpgradeCallback }, (request, response) => {
      void whenOpen((open) => void dispatch(open, request, response));
    });
    server.on('upgrade', (request, socket, head) => {
      upgraded.add(socket);
      socket.once('close', () => upgraded.delete(socket));
      // A client that goes away in mid-handshake must not take the server with it.
      socket.on('error', () => socket.destroy());
      void whenOpen(({ live }) => upgrade(live, request, socket, head));
    });
    // A client that does not close its connection is none of our business; API Gateway's are kept for minutes, too.
    server.keepAliveTimeout = 60_000;
    return server;
  }

  async function whenOpen(serve: (open: Services) => void): Promise<void> {
    if (services === undefined) await opened.promise;
    if (services !== undefined) serve(services);
  }

  return {
    port: takenPort,
    open(next) {
      services = next;
      opened.resolve();
    },
    async stop() {
      const closed = servers.map(close);
      for (const socket of upgraded) socket.destroy();
      await Promise.all(closed);
    },
  };
}

async function dispatch(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { rest, graphiql, reference, console } = services;
  const [path = '/'] = (request.url ?? '/').split('?');
  if (path === '/v1' || path.startsWith('/v1/')) rest(request, response);
  else if (path === '/graphiql' && graphiql) graphiql(request, response);
  else if (/^\/reference(\/|$)/.test(path) && reference) reference(request, response);
  else if (!(await console?.(request, response)))
    sendText(response, 404, 'text/plain; charset=utf-8', `Nothing is at ${path}: the API begins at /v1\n`);
}

function upgrade(live: Services['live'], request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const [path = '/'] = (request.url ?? '/').split('?');
  if (path === '/live') live(request, socket, head);
  else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
}

function sendText(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }).end(text);
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
