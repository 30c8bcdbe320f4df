import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { hasTerminals, startOnTerminal } from '../run-jobwire.ts';

let env: Record<string, string>;

beforeAll(() => {
  env = { JOBWIRE_STATE: inject('server').stateFile };
});

/** What was drawn, one frame after the other, without colours. */
function framesOf(text: string): string[] {
  return text
    .split('\r\u001b[2K')
    .map((frame) => stripVTControlCharacters(frame).split('\r\n')[0] ?? '')
    .filter((frame) => frame.includes('%'));
}

// util-linux's `script` makes the terminal: other systems have another one.
describe.skipIf(!hasTerminals)('jobwire on a terminal', () => {
  test('draws a bar in place that grows, in colours, and gives the cursor back', async () => {
    const { ended } = startOnTerminal(['submit', 'countdown', 'steps=6', 'intervalMs=250', '--watch'], {
      env,
      columns: 90,
    });
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    const frames = framesOf(stdout);
    const percents = frames.map((frame) => Number(/(\d+) %/.exec(frame)?.[1]));
    expect(percents.length).toBeGreaterThan(4);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(new Set(percents).size).toBeGreaterThan(3);
    expect(frames.at(-1)).toMatch(/^\S █+░* +\d+ % Step \d of 6 \d+\.\d s/);
    expect(stdout).toContain('\u001b[32m✓ succeeded');
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
  });

  test('fits a narrow one, and leaves the colours out with NO_COLOR', async () => {
    const line = ['submit', 'countdown', 'steps=4', 'intervalMs=250', '--watch'];
    const { stdout } = await startOnTerminal(line, { env: { ...env, NO_COLOR: '1' }, columns: 30 }).ended;
    const frames = framesOf(stdout);
    expect(frames.length).toBeGreaterThan(2);
    for (const frame of frames) expect([...frame].length).toBeLessThan(30);
    expect(stdout).not.toContain('\u001b[3');
  });

  test('draws nothing on a dumb one', async () => {
    const line = ['submit', 'countdown', 'steps=2', 'intervalMs=50', '--watch'];
    const { stdout } = await startOnTerminal(line, { env: { ...env, TERM: 'dumb' }, columns: 80 }).ended;
    expect(stdout).toContain('succeeded');
    expect(stdout).not.toContain('\u001b');
  });

  test('takes its line away at Ctrl-C, says how to go on, and gives the cursor back', async () => {
    const line = ['submit', 'countdown', 'steps=60', 'intervalMs=500', '--watch', '--cancel-on-interrupt'];
    const { child, said, ended } = startOnTerminal(line, { env, columns: 100 });
    await expect.poll(() => framesOf(said()).length, { timeout: 20_000 }).toBeGreaterThan(2);
    child.stdin.write('\u0003');
    await expect.poll(said).toContain('Canceling; Ctrl-C again stops watching.');
    child.stdin.write('\u0003');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
  });
});
