import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request or an answer, whole. */
export interface Message {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer extends Message {
  status: number;
}

export interface AskedMessage extends Message {
  method: string;
  path: string;
}

/** Sends one message to where the proxy leads. */
export type Send = (message: AskedMessage) => Promise<Answer>;

export interface CountingProxy {
  url: string;
  stop(): void;
}

/** A proxy to `target` that hands every request to `handle`, which sends it on, looks at it, and gives what to answer. */
export async function startProxy(
  target: string,
  handle: (message: AskedMessage, send: Send) => Promise<Answer>,
): Promise<CountingProxy> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(target);
  const send: Send = ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        { agent, hostname, port, method, path, headers: { ...headers, 'content-length': body.length } },
        (response) => {
          read(response).then(
            (answer) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: answer }),
            reject,
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const server = createServer(async (incoming, outgoing) => {
    try {
      const message = {
        method: incoming.method ?? 'GET',
        path: incoming.url ?? '/',
        headers: incoming.headers,
        body: await read(incoming),
      };
      const { status, headers, body } = await handle(message, send);
      const { 'transfer-encoding': _, ...kept } = headers;
      outgoing.writeHead(status, { ...kept, 'content-length': body.length });
      outgoing.end(body);
    } catch {
      outgoing.destroy();
    }
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
