import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A port that somebody else listens on. */
export class PortTakenError extends Error {
  readonly port: number;

  constructor(port: number, cause: unknown) {
    super(`Cannot listen on port ${port}: it is taken, it must be free`, { cause });
    this.port = port;
  }
}

const loopbacks = ['127.0.0.1', '::1'];
/** Tries at a free port of which both loopback addresses are free. */
const maxAttempts = 10;

/**
 * Has `makeServer`'s servers listen on the loopback addresses that this machine has, all on one port; 0 picks a free
 * one. Both, because clients disagree on which of them `localhost` is.
 */
export async function listenOnLoopback(
  makeServer: () => Server,
  port: number,
): Promise<{ port: number; servers: Server[] }> {
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = [];
    try {
      for (const host of loopbacks) {
        const server = await listen(makeServer(), portOf(servers[0]) ?? port, host);
        if (server !== undefined) servers.push(server);
      }
      return { port: portOf(servers[0]) ?? port, servers };
    } catch (error) {
      for (const server of servers) server.close();
      if (port !== 0 || attempt === maxAttempts || !(error instanceof PortTakenError)) throw error;
    }
  }
}

/** Undefined where the machine has no such address. */
async function listen(server: Server, port: number, host: string): Promise<Server | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') reject(new PortTakenError(port, error));
    else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(undefined);
    else reject(error);
  });
  server.listen(port, host, () => resolve(server));
  return promise;
}

function portOf(server: Server | undefined): number | undefined {
  return server === undefined ? undefined : (server.address() as AddressInfo).port;
}
