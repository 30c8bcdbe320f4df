import { afterAll, beforeAll, vi } from 'vitest';
import { type SocketStand, startSocketStand } from './socket-stand.ts';

/** A socket stand for all tests of a file, whose dates pass when they say so. */
export function useSocketStand(): SocketStand {
  const stand = {} as SocketStand;
  beforeAll(async () => {
    Object.assign(stand, await startSocketStand());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await stand.stop();
  });
  return stand;
}
