import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startGroup } from './process-group.ts';

const options = { cwd: import.meta.dirname, env: process.env };

const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Starts a shell with a child that would sleep for a minute, and gives the child's pid. */
async function startSleeper() {
  const group = startGroup('sh', ['-c', `sleep 60 & echo "pid $!"; wait`], options);
  while (!group.output().includes('\n')) await pause(10);
  return { group, pid: Number(group.output().match(/\d+/)?.[0]) };
}

test('stop() ends what the process has started, too', async () => {
  const { group, pid } = await startSleeper();
  expect(isThere(pid)).toBe(true);
  await group.stop();
  expect(isThere(pid)).toBe(false);
  expect(await group.ended).toBeUndefined();
});

test('stop() of what has ended is done at once', async () => {
  const group = startGroup('sh', ['-c', 'echo out; echo err >&2; exit 3'], options);
  expect(await group.ended).toBe(3);
  expect(group.output().trim().split('\n').toSorted()).toEqual(['err', 'out']);
  await group.stop();
});

test('a command that is not there ends with its reason as output', async () => {
  const group = startGroup('jobwire-no-such-command', [], options);
  expect(await group.ended).toBeUndefined();
  expect(group.output()).toContain('ENOENT');
  await group.stop();
});
