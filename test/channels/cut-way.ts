import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a service that can be cut, as networks are. */
export interface CutWay {
  port: number;
  /** Cuts all that goes over it now; says how many connections that were. */
  cut(): number;
  close(): void;
}

/**
 * Opens a way to a port of this machine.
 *
 * @param budgets how many bytes of answers the first, the second ... connection lets through before it is cut; those
 * after them are left alone
 */
export async function openCutWay(port: number, budgets: number[] = []): Promise<CutWay> {
  const clients = new Set<Socket>();
  const left = [...budgets];
  const server = createServer((client) => {
    let budget = left.shift() ?? Number.POSITIVE_INFINITY;
    const service = connect(port, 'localhost');
    clients.add(client);
    client.pipe(service);
    service.on('data', (bytes) => {
      client.write(bytes.subarray(0, budget));
      budget -= bytes.length;
      if (budget <= 0) client.resetAndDestroy();
    });
    service.on('error', () => client.destroy());
    service.on('close', () => client.end());
    client.on('error', () => service.destroy());
    client.on('close', () => {
      clients.delete(client);
      service.destroy();
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const cut = () => {
    const { size } = clients;
    for (const client of clients) client.resetAndDestroy();
    return size;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close() {
      cut();
      server.close();
    },
  };
}
