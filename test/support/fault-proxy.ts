import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to a call: it passes; it is cut off before it gets there; or it gets there and its reply is lost. */
export type Fate = 'pass' | 'cut-before' | 'lose-reply';

export interface FaultProxy {
  /** For each of the targets that it was started with, the address to use instead. */
  urls: string[];
  stop(): void;
}

/** A call as it passes by. */
export interface PassingCall {
  /** Such as `DynamoDB_20120810.UpdateItem`, or the method of an S3 request. */
  operation: string;
  body: string;
}

interface FaultProxyOptions {
  decide: (call: PassingCall) => Fate | Promise<Fate>;
  /** Done once a call has reached its target, before its reply is lost. */
  beforeLoss?: () => Promise<void>;
}

/** Stands between AWS clients and the engines, and asks `decide` what is to happen to each call. */
export async function startFaultProxy(targets: string[], options: FaultProxyOptions): Promise<FaultProxy> {
  const servers = targets.map((target) =>
    createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on(
        'end',
        () => void pass(new URL(target), { incoming, outgoing, body: Buffer.concat(chunks), options }),
      );
    }),
  );
  const urls = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  return {
    urls,
    stop() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  body: Buffer;
  options: FaultProxyOptions;
}

async function pass(target: URL, { incoming, outgoing, body, options }: Exchange): Promise<void> {
  const operation = String(incoming.headers['x-amz-target'] ?? incoming.method);
  const fate = await options.decide({ operation, body: body.toString() });
  if (fate === 'cut-before') return void incoming.socket.destroy();
  const { method, url: path, headers } = incoming;
  const forwarded = request({ hostname: target.hostname, port: target.port, method, path, headers }, (reply) => {
    if (fate === 'pass') {
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(outgoing);
      return;
    }
    reply.resume();
    reply.on('end', async () => {
      await options.beforeLoss?.();
      incoming.socket.destroy();
    });
  });
  forwarded.on('error', () => incoming.socket.destroy());
  forwarded.end(body);
}
