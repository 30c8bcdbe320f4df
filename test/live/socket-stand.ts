import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import { type Engines, startEngines } from '../support/engines.ts';

/** A table, and a callback address whose connections can be slow, gone or broken, for the WebSocket's functions. */
export interface SocketStand {
  engines: Engines;
  /** What a connection was sent, in order. */
  sent(connection: string): ServerMessage[];
  /** Connections that the platform knows no more: 410. */
  gone: Set<string>;
  /** How long a post to a connection takes; `Infinity` never answers. */
  slowMs: Map<string, number>;
  /** Connections that were ended from our side. */
  closed: Set<string>;
  /** Called before each post is taken. */
  beforePost: (connection: string) => Promise<void>;
  stop(): Promise<void>;
}

/** Starts the stand and sets the environment that the functions read. */
export async function startSocketStand(): Promise<SocketStand> {
  const engines = await startEngines();
  const messages = new Map<string, ServerMessage[]>();
  const stand = {
    engines,
    sent: (connection: string) => messages.get(connection) ?? [],
    gone: new Set<string>(),
    slowMs: new Map<string, number>(),
    closed: new Set<string>(),
    beforePost: async (_: string) => {},
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const connection = decodeURIComponent(request.url?.split('/@connections/')[1] ?? '');
    if (request.method === 'DELETE') stand.closed.add(connection);
    const slowMs = stand.slowMs.get(connection) ?? 0;
    if (slowMs === Number.POSITIVE_INFINITY) return;
    if (slowMs > 0) await pause(slowMs);
    if (stand.gone.has(connection)) return void response.writeHead(410).end();
    if (request.method === 'POST') {
      await stand.beforePost(connection);
      messages.set(connection, [...stand.sent(connection), JSON.parse(Buffer.concat(chunks).toString())]);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
  Object.assign(process.env, engines.env, { LIVE_CALLBACK_URL: callback });
  return Object.assign(stand, {
    async stop() {
      server.closeAllConnections();
      server.close();
      await engines.stop();
    },
  });
}
