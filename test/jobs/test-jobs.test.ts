import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import crash from './crash.ts';
import echo from './echo.ts';
import flaky from './flaky.ts';
import orderedEcho from './ordered-echo.ts';
import stream from './stream.ts';
import { runJob } from './support/run-context.ts';

describe('echo', () => {
  it.each([null, 0, '', [], { a: [1, { b: null }] }])('answers %j with itself', async (value) => {
    expect((await runJob(echo, { value })).output).toEqual({ value });
  });

  it('wants a value', () => {
    expect(echo.input.safeParse({}).success).toBe(false);
    expect(echo.input.safeParse({ value: 1, delay: 5 }).success).toBe(false);
  });
});

describe('flaky', () => {
  it('fails so many runs, then tells how many there were', async () => {
    await expect(runJob(flaky, { failures: 2 }, { run: 2 })).rejects.toMatchObject({ code: 'flaky', final: false });
    expect((await runJob(flaky, { failures: 2 }, { run: 3 })).output).toEqual({ runs: 3 });
  });

  it('fails for good where it is told to', async () => {
    await expect(runJob(flaky, { failures: 1, final: true })).rejects.toMatchObject({ final: true });
    expect((await runJob(flaky, { failures: 0, final: true })).output).toEqual({ runs: 1 });
  });
});

describe('stream', () => {
  it('sends so many parts of such a size', async () => {
    const { output, parts } = await runJob(stream, { parts: 12, intervalMs: 0, bytes: 9 });
    expect(output).toEqual({ parts: 12 });
    expect(parts).toHaveLength(12);
    expect(parts[11]).toEqual({ index: 11, text: '11 xxxxxx' });
    const tiny = await runJob(stream, { parts: 12, intervalMs: 0, bytes: 1 });
    expect(tiny.parts[11]).toEqual({ index: 11, text: '1' });
  });
});

describe('ordered-echo', () => {
  it('is ordered, and tells when it ran', async () => {
    expect(orderedEcho.ordered).toBe(true);
    const { output } = await runJob(orderedEcho, { value: 1, delayMs: 10 });
    expect(output.finishedAtMs - output.startedAtMs).toBeGreaterThanOrEqual(9);
    await expect(runJob(orderedEcho, { value: 1, fail: true })).rejects.toMatchObject({ final: true });
  });
});

describe('crash', () => {
  const dieIn = (mode: string) => {
    const script = `const { default: job } = await import('./test/jobs/crash.ts');
      await job.run({ mode: '${mode}' }, { job: { run: 1 } }); console.log('survived');`;
    const limits = ['--max-old-space-size=64', '--input-type=module'];
    return spawnSync(process.execPath, [...limits, '-e', script], { timeout: mode === 'hang' ? 1500 : 20_000 });
  };

  it.each([
    ['exit', '', { status: 1, signal: null }],
    ['hang', '', { status: null, signal: 'SIGTERM' }],
    ['late-throw', 'Thrown late', { status: 1, signal: null }],
  ])('takes its process down by %s', (mode, stderr, end) => {
    const died = dieIn(mode);
    expect(died).toMatchObject(end);
    expect(died.stderr.toString()).toContain(stderr);
    expect(died.stdout.toString()).toBe('');
  });

  it('takes its process down by oom', () => {
    const { status, signal, stderr } = dieIn('oom');
    expect(status === 0).toBe(false);
    expect(signal).not.toBe('SIGTERM');
    expect(stderr.toString()).toContain('heap');
  }, 30_000);

  it('survives once it has died so many times', async () => {
    expect((await runJob(crash, { mode: 'exit', runs: 2 }, { run: 3 })).output).toEqual({ survived: true });
  });
});
