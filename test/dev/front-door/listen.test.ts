import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { listenOnLoopback, PortTakenError } from '../../../dev/front-door/listen.ts';

describe('listenOnLoopback()', () => {
  test('takes one port on all loopback addresses, and refuses one that is taken', async () => {
    const { port, servers } = await listenOnLoopback(() => createServer(), 0);
    expect(port).toBeGreaterThan(0);
    expect(servers.map((server) => server.address())).toEqual(servers.map(() => expect.objectContaining({ port })));
    await expect(listenOnLoopback(() => createServer(), port)).rejects.toThrow(PortTakenError);
    for (const server of servers) server.close();
  });

  test('lets go of an address where the other one is taken', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '::1', resolve).once('error', () => resolve()));
    const address = blocker.address();
    if (address === null || typeof address === 'string') return;
    await expect(listenOnLoopback(() => createServer(), address.port)).rejects.toThrow(PortTakenError);
    blocker.close();
    const { servers } = await listenOnLoopback(() => createServer(), address.port);
    for (const server of servers) server.close();
  });
});
