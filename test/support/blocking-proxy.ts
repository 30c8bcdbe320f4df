import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** What a way to the service does not let through: it refuses it, or takes it and never answers. */
export interface Blocks {
  webSocket?: 'refuse' | 'hang';
  stream?: 'refuse' | 'hang';
  longPoll?: 'refuse' | 'hang';
  /** Every request. */
  all?: 'refuse' | 'hang';
}

export interface BlockingProxy {
  /** The REST address to use instead. */
  url: string;
  /** What is blocked from now on. */
  blocks: Blocks;
  /** What has come by, such as `GET /v1/jobs`, `stream`, `long-poll` or `websocket`. */
  seen: string[];
  /** The whole addresses of what has come by. */
  addresses: string[];
  stop(): void;
}

/** Stands between a client and the service as proxies of companies and hotels do. */
export async function startBlockingProxy(rest: string, blocks: Blocks): Promise<BlockingProxy> {
  const target = new URL(rest);
  const server = createServer((incoming, outgoing) => {
    const kind = kindOf(incoming);
    proxy.addresses.push(incoming.url ?? '');
    proxy.seen.push(kind ?? `${incoming.method} ${incoming.url?.split('?')[0]}`);
    const block = proxy.blocks.all ?? (kind && proxy.blocks[kind === 'long-poll' ? 'longPoll' : 'stream']);
    if (block === 'refuse') return void outgoing.writeHead(502).end('<h1>Bad gateway</h1>');
    if (block === undefined) pass({ incoming, outgoing, target });
  });
  server.on('upgrade', (incoming, client, head) => {
    proxy.seen.push('websocket');
    proxy.addresses.push(incoming.url ?? '');
    const block = proxy.blocks.all ?? proxy.blocks.webSocket;
    if (block === 'refuse') client.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    client.on('error', () => client.destroy());
    if (block === undefined) passUpgrade(incoming, client, { head, target });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const port = () => (server.address() as AddressInfo).port;
  // A test process that is done need not wait for it.
  server.unref();
  const proxy: BlockingProxy = {
    url: `http://localhost:${port()}${target.pathname}`,
    blocks,
    seen: [],
    addresses: [],
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}

function kindOf({ headers, url = '' }: IncomingMessage): 'stream' | 'long-poll' | undefined {
  if (headers.accept === 'text/event-stream') return 'stream';
  return String(headers.prefer).startsWith('wait=') && /\/events(\?|$)/.test(url) ? 'long-poll' : undefined;
}

interface Passing {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  target: URL;
}

function pass({ incoming, outgoing, target }: Passing): void {
  const { method, url: path = '', headers } = incoming;
  const own = { ...headers, host: target.host };
  const forwarded = request(
    { hostname: target.hostname, port: target.port, method, path, headers: own },
    async (reply) => {
      const isDescription = path === target.pathname && method === 'GET';
      if (!isDescription) {
        outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
        return void reply.pipe(outgoing);
      }
      // The description names the WebSocket, which is to come this way, too.
      const text = (await reply.toArray()).join('').replaceAll(`ws://${target.host}`, `ws://${headers.host}`);
      const { 'content-length': _, ...rest } = reply.headers;
      outgoing.writeHead(reply.statusCode ?? 500, rest).end(text);
    },
  );
  forwarded.on('error', () => outgoing.destroy());
  outgoing.on('close', () => forwarded.destroy());
  incoming.pipe(forwarded);
}

function passUpgrade(incoming: IncomingMessage, client: Duplex, { head, target }: { head: Buffer; target: URL }): void {
  const service = connect(Number(target.port), target.hostname);
  const lines = Object.entries({ ...incoming.headers, host: target.host }).map(([name, value]) => `${name}: ${value}`);
  service.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  service.write(head);
  service.pipe(client).pipe(service);
  service.on('error', () => client.destroy());
  client.on('close', () => service.destroy());
}
