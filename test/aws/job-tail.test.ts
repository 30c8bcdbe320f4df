import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { saveParts } from '../../lambdas/aws/job-payloads.ts';
import { changeJob, readLog } from '../../lambdas/aws/job-store.ts';
import { readAfter } from '../../lambdas/aws/job-tail.ts';
import { addParts, claim, type JobChange, succeed } from '../../lambdas/core/job-changes.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { type JobStage, openJobStage } from '../support/job-stage.ts';

let stage: JobStage;
const realNow = Date.now;
let offsetMs = 0;
beforeAll(async () => {
  stage = await openJobStage();
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offsetMs);
});
afterAll(() => stage.stop());
beforeEach(() => {
  offsetMs = 0;
});

async function written(record: JobRecord, change: JobChange): Promise<JobRecord> {
  const head = await changeJob(record, change);
  if (!head) throw new Error('Cannot make the change: HEAD is not as it was');
  return head;
}

const claimed = (record: JobRecord) =>
  written(record, claim(record, { now: Date.now(), leaseUntilMs: Date.now() + 60_000 }));

async function emitted(record: JobRecord, parts: string[]): Promise<JobRecord> {
  const { stored, change } = addParts(record, parts, Date.now());
  await saveParts(record, stored);
  return written(record, change);
}

const oneMegabyteOver = Array.from({ length: 8 }, () => JSON.stringify('x'.repeat(200_000)));

describe('a log', () => {
  it('comes past what a former life of the id left behind, however much that is', async () => {
    const first = await emitted(await claimed(await stage.submit()), oneMegabyteOver);
    const done = await written(first, succeed(first, { now: Date.now(), output: first.input }));
    offsetMs = done.expiresAtSeconds * 1000 - realNow();
    const again = await claimed(await stage.submit({}, { id: first.id }));
    const parts = Array.from({ length: 12 }, (_, index) => String(index));
    const { seq } = await emitted(again, parts);
    const read = await readAfter(first.id, 2);
    expect(read?.entries.map((entry) => 'json' in entry && entry.json)).toEqual(parts);
    expect([read?.complete, read?.record.seq]).toEqual([true, seq]);
  });

  it('comes past what a run left behind that lost its job', async () => {
    const first = await claimed(await stage.submit());
    await saveParts(first, addParts(first, oneMegabyteOver, Date.now()).stored);
    const second = await written(
      first,
      claim({ ...first, leaseUntilMs: 0 }, { now: Date.now(), leaseUntilMs: realNow() + 60_000 }),
    );
    const parts = Array.from({ length: 12 }, (_, index) => String(index));
    await emitted(second, parts);
    const read = await readAfter(first.id, 3);
    expect(read?.entries.map((entry) => 'json' in entry && entry.json)).toEqual(parts);
  });

  it('has nowhere to go on to beyond what HEAD says', async () => {
    const first = await claimed(await stage.submit());
    await saveParts(first, addParts(first, oneMegabyteOver, Date.now()).stored);
    expect(await readLog(first.id, 0)).not.toHaveProperty('next');
    await written(first, addParts(first, oneMegabyteOver, Date.now()).change);
    expect(await readLog(first.id, 0)).toHaveProperty('next');
  });
});
