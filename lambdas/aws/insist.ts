import { setTimeout as pause } from 'node:timers/promises';

const pausesMs = [500, 2_000];

/**
 * Makes a write again, as it was, where the client has given up on it: for one whose outcome must be known. It has to
 * recognise itself.
 */
export async function insist<Result>(write: () => Promise<Result>): Promise<Result> {
  for (const pauseMs of pausesMs) {
    try {
      return await write();
    } catch {
      await pause(pauseMs);
    }
  }
  return await write();
}
