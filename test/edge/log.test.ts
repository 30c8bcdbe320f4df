import { describe, expect, it, vi } from 'vitest';
import { log, withLogFields } from '../../lambdas/edge/log.ts';
import { captureLines } from '../support/capture-lines.ts';

const lines = captureLines();

const line = () => JSON.parse(lines.at(-1) ?? '');

describe('log', () => {
  it.each([
    [undefined, ['info', 'warn', 'error']],
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['loud', ['info', 'warn', 'error']],
  ])('writes with LOG_LEVEL %s the levels %j', (level, written) => {
    vi.stubEnv('LOG_LEVEL', level);
    for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name]('x');
    expect(lines.map((text) => JSON.parse(text).level)).toEqual(written);
  });

  it('names the function', () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'Jobwire-dev-submit-job');
    log.info('x');
    expect(line().function).toBe('Jobwire-dev-submit-job');
  });

  it('writes one JSON object a line, with the fields of its context', async () => {
    await withLogFields({ requestId: 'r' }, () =>
      withLogFields({ job: 'j' }, async () => log.info('two\nlines', { n: 1 })),
    );
    expect(lines[0]?.match(/\n/g)).toHaveLength(1);
    expect(line()).toEqual({
      level: 'info',
      message: 'two\nlines',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId: 'r',
      job: 'j',
      n: 1,
    });
    log.warn('outside');
    expect(line().requestId).toBeUndefined();
  });

  it('shows errors with their causes', () => {
    log.error('failed', { error: new Error('a', { cause: new Error('b') }) });
    expect(line().error).toMatchObject({
      name: 'Error',
      message: 'a',
      stack: expect.any(String),
      cause: { message: 'b' },
    });
  });

  it('never throws, whatever it is given', () => {
    const cycle: Record<string, unknown> = { n: 1n };
    log.info('big', { n: 1n });
    expect(line().n).toBe('1');
    cycle.self = cycle;
    log.info('cycle', { cycle });
    expect(line()).toMatchObject({ message: 'cycle', unloggable: expect.any(String) });
  });
});
