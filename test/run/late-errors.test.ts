import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { messageBody } from '../../lambdas/aws/job-queue.ts';
import { type JobDefinition, JobError } from '../../lambdas/define-job.ts';
import { workerFor } from '../../lambdas/run-job.ts';
import { type JobStage, openJobStage, type } from '../support/job-stage.ts';

let stage: JobStage;
const lines: string[] = [];
beforeAll(async () => {
  stage = await openJobStage();
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
});
afterAll(() => stage.stop());

async function runJob(run: JobDefinition['run']) {
  const record = await stage.submit();
  const worker = workerFor(type, { description: '', input: z.any(), output: z.any(), run });
  await stage.deliver(worker, [{ body: await messageBody(record) }]);
  return stage.head(record);
}

const throwLater = (delayMs: number) => {
  setTimeout(() => {
    throw new Error('thrown by a timer');
  }, delayMs);
};
const rejectLater = (delayMs: number) => {
  setTimeout(() => void Promise.reject(new Error('rejected for nobody')), delayMs);
};

const thrown = ['handler threw', 'run failed where nobody catches'];
const linesOfThrows = () => lines.map((line) => JSON.parse(line)).filter(({ message }) => thrown.includes(message));

describe('an error that a handler throws', () => {
  it('is logged with its stack, job and run: the job itself shows no more than the message', async () => {
    lines.length = 0;
    const { id } = await runJob(() => {
      throw new TypeError('no such thing');
    });
    expect(linesOfThrows()).toMatchObject([
      {
        level: 'warn',
        job: id,
        run: 1,
        error: { name: 'TypeError', stack: expect.stringContaining('late-errors.test') },
      },
    ]);
  });

  it('is not logged as a fault where it is the final word on a job', async () => {
    lines.length = 0;
    await runJob(() => {
      throw new JobError('malformed', 'Cannot read it', { final: true });
    });
    expect(linesOfThrows()).toEqual([]);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ message: 'job failed', code: 'malformed' }),
    );
  });
});

describe('whatever a handler throws', () => {
  const noText = 'The handler threw something that has no text';
  it.each<[string, () => unknown, string, string]>([
    ['nothing', () => undefined, 'handler-error', 'undefined'],
    ['a text', () => 'no', 'handler-error', 'no'],
    ['an object without a prototype', () => Object.create(null), 'handler-error', noText],
    ['a symbol', () => Symbol('s'), 'handler-error', 'Symbol(s)'],
    ['an error whose message is a number', () => Object.assign(new Error('x'), { message: 5 }), 'handler-error', '5'],
    [
      'an error whose message has no text',
      () => Object.assign(new Error('x'), { message: Object.create(null) }),
      'handler-error',
      noText,
    ],
    ['a JobError whose code is a number', () => new JobError(404 as never, 'x'), '404', 'x'],
  ])('fails its run: %s', async (_, thrown, code, message) => {
    const { status, events } = await runJob(() => {
      throw thrown();
    });
    expect(status).toBe('queued');
    expect(events.at(-1)).toMatchObject({ type: 'job.retrying', error: { code, message } });
  });
});

describe('an error that nobody catches', () => {
  it.each([
    ['thrown by a timer', throwLater],
    ['rejected for nobody', rejectLater],
  ])('fails the run that it comes from: %s', async (message, leave) => {
    lines.length = 0;
    const { status, events } = await runJob(() => {
      leave(10);
      return new Promise(() => {});
    });
    expect(status).toBe('queued');
    expect(events.at(-1)).toMatchObject({ type: 'job.retrying', error: { code: 'handler-error', message } });
    expect(linesOfThrows()).toHaveLength(1);
  });

  it.each([
    ['thrown by a timer', throwLater],
    ['rejected for nobody', rejectLater],
  ])('does no harm to the run after it: %s', async (_, leave) => {
    lines.length = 0;
    const first = await runJob(() => {
      leave(60);
      return 'first';
    });
    const second = await runJob(async () => {
      await pause(150);
      return 'second';
    });
    expect([first.status, second.status, second.run]).toEqual(['succeeded', 'succeeded', 1]);
    const late = lines
      .map((line) => JSON.parse(line))
      .find(({ message }) => message?.startsWith('error after the end'));
    expect(late).toMatchObject({ level: 'error', job: first.id, run: 1 });
  });
});
