import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { UsageError } from '../usage-error.ts';

/** A request that came: whoever takes it says whether it is a webhook of ours. */
export type TakeWebhook = (body: string, headers: IncomingHttpHeaders) => Promise<boolean>;

/** Listens on the loopback address alone, and answers 204 to what is ours, 400 to all else. */
export async function receiveWebhooks(port: number, take: TakeWebhook): Promise<{ port: number; server: Server }> {
  const server = createServer(async (request, response) => {
    try {
      const isOurs = await take(await text(request), request.headers);
      response.writeHead(isOurs ? 204 : 400).end();
    } catch {
      // The connection broke off: the service tries again.
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const why = code === 'EADDRINUSE' ? 'another program has it' : code;
      reject(new UsageError(`Cannot listen on port ${port}: ${why}, choose another with --port`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, server };
}
