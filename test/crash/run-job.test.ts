import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeInput } from '../../lambdas/aws/job-payloads.ts';
import { sendJob } from '../../lambdas/aws/job-queue.ts';
import { createJob, findJob, findJobWithPayloads, readLog } from '../../lambdas/aws/job-store.ts';
import { newJob } from '../../lambdas/core/job-changes.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import { assembleLog, isKept } from '../../lambdas/core/job-log.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { isDone, statusesBefore } from '../../protocol/lifecycle.ts';
import type { JobEvent, Json } from '../../protocol/types.ts';
import { brief } from '../support/job-stage.ts';
import { type CrashStage, type Death, openCrashStage } from './crash-stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openCrashStage(['echo', 'flaky', 'stream']);
}, 60_000);
afterAll(() => stage.stop());

interface Scenario {
  type: string;
  input: Json;
  /** What the last run leaves in the log, after its `job.running`. */
  ends: RegExp[];
  output: unknown;
}

const succeeded = [/^job.succeeded$/];
const scenarios: Record<string, Scenario> = {
  'a small job': { type: 'echo', input: { value: 1 }, ends: succeeded, output: { value: 1 } },
  'a job with payloads beside HEAD': {
    type: 'echo',
    input: { value: 'x'.repeat(1_000) },
    ends: succeeded,
    output: { value: 'x'.repeat(1_000) },
  },
  'a job with payloads in the bucket': {
    type: 'echo',
    input: { value: 'x'.repeat(70_000) },
    ends: succeeded,
    output: undefined,
  },
  'a job that fails once': {
    type: 'flaky',
    input: { failures: 1 },
    ends: succeeded,
    output: { runs: expect.any(Number) },
  },
  'a job with parts': {
    type: 'stream',
    input: { parts: 6, intervalMs: 60, bytes: 300 },
    ends: [...Array.from({ length: 6 }, (_, index) => new RegExp(`^job.output {"index":${index},`)), ...succeeded],
    output: { parts: 6 },
  },
};

/** Queues a job that one client follows from its submit on. */
async function submit({ type, input }: Scenario): Promise<JobRecord> {
  const id = jobId({ tenant: 'acme', secret: 's' });
  const now = Date.now();
  const text = JSON.stringify(input);
  const watcher = { connection: id, subscription: 's', state: 'live' as const, afterSeq: 0 };
  const record = newJob(
    { type, input },
    {
      id,
      tenant: 'acme',
      type: { limits: defaultLimits, ordered: false },
      digest: id,
      input: placeInput({ id, createdAtMs: now }, id, text),
      now,
      watchers: [watcher],
    },
  );
  await createJob(record, text);
  await sendJob(record);
  return record;
}

/** What a client that drops everything up to its cursor has seen. */
function seenBy(connection: string): JobEvent[] {
  let cursor = 0;
  const events = stage.posts
    .filter((post) => post.connection === connection && post.message.type === 'event')
    .map(({ message }) => message.event as JobEvent);
  return events.filter(({ seq }) => {
    const isNew = seq > cursor;
    cursor = Math.max(cursor, seq);
    return isNew;
  });
}

/** Runs a scenario whose functions die as planned, and checks all that must hold in the end. */
async function play(scenario: Scenario, deaths: Death[]): Promise<void> {
  await stage.plan(`run-${scenario.type}`, deaths);
  const { id } = await submit(scenario);
  let seq = 0;
  await stage.drain(scenario.type, async () => {
    const record = await findJob(id);
    expect(record?.seq).toBeGreaterThanOrEqual(seq);
    seq = record?.seq ?? 0;
  });
  const found = await readLog(id, 0);
  if (!found) throw new Error('Cannot find the job: it is lost');
  const { record, parts } = found;
  const { events, complete } = assembleLog({ record, parts, after: 0 });
  const kept = events.filter(isKept);
  const log = kept.map(brief);

  expect(complete).toBe(true);
  expect(kept.map(({ prevSeq }) => prevSeq)).toEqual([0, ...kept.slice(0, -1).map((entry) => entry.seq)]);
  expect(record.events.filter(({ type }) => isDone(statusesAfter(type)))).toHaveLength(1);
  expect(record).toMatchObject({ status: 'succeeded', seq: kept.at(-1)?.seq });
  expect(record.run).toBeLessThanOrEqual(3);
  const last = log.findLastIndex((line) => line.startsWith('job.running'));
  expect(log.slice(last + 1)).toEqual(scenario.ends.map((end) => expect.stringMatching(end)));

  const output = (await findJobWithPayloads(id))?.output;
  expect(output && JSON.parse(output)).toEqual(scenario.output);
  const told = seenBy(id).filter(({ type }) => type !== 'job.progress');
  expect(told.map(({ seq, prevSeq }) => [seq, prevSeq])).toEqual(kept.map((entry) => [entry.seq, entry.prevSeq]));
}

const ends = ['job.succeeded', 'job.failed', 'job.canceled', 'job.timed-out'] as const;
const statusesAfter = (type: JobRecord['events'][number]['type']) =>
  ends.some((end) => end === type) && statusesBefore(type).length > 0 ? 'succeeded' : 'queued';

describe('a worker that dies between any two of its calls', () => {
  it.each(Object.entries(scenarios))(
    'loses nothing, and ends the job once: %s',
    async (_, scenario) => {
      // What a death after a call leaves behind is what a death before the next one leaves.
      await play(scenario, [{ atCall: 1, when: 'before' }]);
      expect(stage.died).toBe(1);
      let calls = 0;
      do {
        calls += 1;
        await play(scenario, [{ atCall: calls, when: 'after' }]);
      } while (stage.died > 0);
      expect(calls).toBeGreaterThan(4);
    },
    180_000,
  );

  it('and dies again at its next run', async () => {
    const death = fc.record({
      atCall: fc.integer({ min: 1, max: 9 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.values(scenarios)), fc.tuple(death, death), play), {
      numRuns: 12,
      endOnFailure: true,
    });
  }, 180_000);
});
