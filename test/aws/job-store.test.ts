import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { dynamo } from '../../lambdas/aws/clients.ts';
import { loadOutput, placeInput, saveOutput, saveParts } from '../../lambdas/aws/job-payloads.ts';
import { messageBody } from '../../lambdas/aws/job-queue.ts';
import {
  changeJob,
  claimFirstRun,
  createJob,
  findJob,
  findJobWithPayloads,
  readLog,
} from '../../lambdas/aws/job-store.ts';
import { headKey } from '../../lambdas/aws/keys.ts';
import { addParts, cancel, claim, newJob, requestCancel, succeed } from '../../lambdas/core/job-changes.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { workerFor } from '../../lambdas/run-job.ts';
import { type JobStage, openJobStage, type } from '../support/job-stage.ts';

let stage: JobStage;
const realNow = Date.now;
let offsetMs = 0;
beforeAll(async () => {
  stage = await openJobStage();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offsetMs);
});
afterAll(() => stage.stop());
beforeEach(() => {
  offsetMs = 0;
});

/** A record that is in no table yet, with a text as its input. */
function draft(id = jobId({ tenant: 'acme', secret: 's' }), text = '{"a":1}', digest = 'digest'): JobRecord {
  const now = Date.now();
  const input = placeInput({ id, createdAtMs: now }, digest, text);
  const options = { id, tenant: 'acme', type: { limits: defaultLimits, ordered: false }, digest, input, now };
  return newJob({ type, input: JSON.parse(text) }, options);
}

async function written(record: JobRecord, change: Parameters<typeof changeJob>[1]): Promise<JobRecord> {
  const head = await changeJob(record, change);
  if (!head) throw new Error('Cannot make the change: HEAD is not as it was');
  return head;
}

const claimed = (record: JobRecord) =>
  written(record, claim(record, { now: Date.now(), leaseUntilMs: Date.now() + 60_000 }));

describe('createJob()', () => {
  it('keeps every field of the record', async () => {
    const record: JobRecord = {
      ...draft(),
      notBeforeMs: Date.now() + 1,
      deadlineAtMs: Date.now() + 2,
      // Names of a client's that a marshaller could take for a class.
      metadata: { a: 'b', constructor: 'c', toString: 'd', hasOwnProperty: '' },
      webhook: { url: 'https://example.com' },
      orderKey: 'k',
      retryOf: 'job_x',
      traceparent: '00-1-2-01',
      watchers: [
        { connection: 'c', subscription: 's', state: 'live', afterSeq: 1 },
        { connection: 'c"', subscription: '', state: 'joining', afterSeq: 0, joinedAtMs: 5, selection: 'x' },
      ],
    };
    expect(await createJob(record)).toEqual({ created: true });
    expect(await findJob(record.id)).toEqual(record);
  });

  it('finds the job that has the id, and leaves its input alone', async () => {
    const text = JSON.stringify({ text: 'x'.repeat(500) });
    const first = draft(undefined, text);
    await createJob(first, text);
    offsetMs = 5;
    const repeat = draft(first.id, text);
    const other = draft(first.id, JSON.stringify({ text: 'y'.repeat(500) }), 'other');
    expect(await createJob(repeat, text)).toEqual({ created: false, existing: first });
    expect(await createJob(other, JSON.stringify({ text: 'y'.repeat(500) }))).toEqual({
      created: false,
      existing: first,
    });
    expect((await findJobWithPayloads(first.id))?.input).toBe(text);
  });

  it('keeps its payloads within reach of a read, however many repeats with other inputs there were', async () => {
    const text = JSON.stringify('x'.repeat(60_000));
    const first = draft(undefined, text, 'm');
    await createJob(first, text);
    const others = Array.from({ length: 20 }, (_, index) => String.fromCharCode(97 + index));
    for (const digest of others.filter((each) => each !== 'm')) await createJob(draft(first.id, text, digest), text);
    const running = await claimed(first);
    const output = await saveOutput(running, text);
    await written(running, succeed(running, { now: Date.now(), output }));
    stage.calls.length = 0;
    expect(await findJobWithPayloads(first.id)).toMatchObject({ input: text, output: text });
    expect(stage.calls).toEqual(['Query', 'GetItem', 'GetItem']);
  });

  it('makes one job of two at the same moment', async () => {
    const record = draft();
    const outcomes = await Promise.all([createJob(record), createJob({ ...record }), createJob({ ...record })]);
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
  });

  it('takes an expired HEAD for none, and starts clean where the id is used again', async () => {
    const first = draft();
    await createJob(first);
    const running = await claimed(first);
    const { stored, change } = addParts(running, ['"old"'], Date.now());
    await saveParts(running, stored);
    const emitted = await written(running, change);
    const output = await saveOutput(emitted, JSON.stringify('o'.repeat(500)));
    const done = await written(emitted, succeed(emitted, { now: Date.now(), output }));
    offsetMs = done.expiresAtSeconds * 1000 - realNow();
    expect(await findJob(first.id)).toBeUndefined();
    expect(await findJobWithPayloads(first.id)).toBeUndefined();
    expect(await readLog(first.id, 0)).toBeUndefined();

    const second = draft(first.id);
    expect(await createJob(second)).toEqual({ created: true });
    const again = await written(await claimed(second), {
      status: 'running',
      events: [],
      set: { seq: 9, keptSeq: 9 },
      unset: [],
    });
    expect((await readLog(first.id, 0))?.parts).toEqual([]);
    await expect(loadOutput({ ...again, output })).rejects.toThrow('it is not where HEAD says');
    expect(await changeJob(done, requestCancel(done, 1))).toBeUndefined();
    expect(
      await claimFirstRun(first.id, { createdAtMs: first.createdAtMs, now: Date.now(), leaseUntilMs: 1 }),
    ).toBeUndefined();
  });
});

describe('claimFirstRun()', () => {
  it('sets no time of the log back where its clock is behind that of the submit', async () => {
    const record = draft();
    await createJob(record);
    const { createdAtMs } = record;
    const claimed = await claimFirstRun(record.id, {
      createdAtMs,
      now: createdAtMs - 5_000,
      leaseUntilMs: createdAtMs,
    });
    expect(claimed?.events.map(({ timeMs }) => timeMs)).toEqual([createdAtMs, createdAtMs]);
    expect(claimed?.startedAtMs).toBe(createdAtMs);
  });
});

describe('changeJob()', () => {
  it('holds for the record that it was made from, and no other', async () => {
    const record = draft();
    await createJob(record);
    const running = await claimed(record);
    const stale: JobRecord[] = [
      record,
      { ...running, seq: running.seq - 1 },
      { ...running, run: 2 },
      { ...running, createdAtMs: running.createdAtMs - 1 },
    ];
    for (const one of stale) {
      const change = one.status === 'queued' ? cancel(one, 1) : succeed(one, { now: 1, output: record.input });
      expect(await changeJob(one, change)).toBeUndefined();
    }
    expect(await findJob(record.id)).toEqual(running);
  });

  it('lets a cancel request in whatever events came in between, of this run only', async () => {
    const record = draft();
    await createJob(record);
    const running = await claimed(record);
    await written(running, addParts(running, ['1'], Date.now()).change);
    expect(await changeJob(running, requestCancel(running, 5))).toMatchObject({ cancelRequestedAtMs: 5, seq: 3 });
    expect(await changeJob({ ...running, run: 2 }, requestCancel(running, 6))).toBeUndefined();
  });

  it('returns the watchers that HEAD has by now', async () => {
    const record = draft();
    await createJob({ ...record, watchers: [{ connection: 'c', subscription: 's', state: 'live', afterSeq: 1 }] });
    expect((await claimed(record)).watchers).toHaveLength(1);
  });
});

describe('HEAD of a small job', () => {
  it('is under 1 KB from its submit to its end', async () => {
    const record: JobRecord = {
      ...draft(),
      metadata: { customer: '4711' },
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    record.digest = 'd'.repeat(43);
    await createJob(record);
    const running = await claimed(record);
    const end = { output: { inline: JSON.stringify('o'.repeat(200)), bytes: 202 }, now: Date.now() };
    await written(running, succeed(running, end));
    const { Item } = await dynamo().send(new GetItemCommand({ TableName: 'jobs', Key: marshall(headKey(record.id)) }));
    const bytes = Buffer.byteLength(JSON.stringify(Item));
    // As JSON with its type marks: more than the table counts.
    expect(bytes).toBeLessThan(1_250);
    expect(sizeOf(Item)).toBeLessThan(1_024);
  });

  it('costs 3 write units, its one index entry beside, and no read, from submit to end', async () => {
    const client = dynamo();
    let units = 0;
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          if (!/^(Put|Update)Item/.test(commandName)) return next(args);
          const input = args.input as { ReturnConsumedCapacity?: string };
          input.ReturnConsumedCapacity = 'TOTAL';
          const answer = await next(args);
          const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } };
          units += ConsumedCapacity?.CapacityUnits ?? 0;
          return answer;
        },
      { step: 'initialize', name: 'countUnits' },
    );
    const worker = workerFor(type, { description: '', input: z.any(), output: z.any(), run: () => 'done' });
    const warmUp = await stage.submit();
    await stage.deliver(worker, [{ body: await messageBody(warmUp) }]);
    units = 0;
    stage.calls.length = 0;
    const record = await stage.submit();
    const listed = await indexKeys(record);
    await stage.deliver(worker, [{ body: await messageBody(record) }]);
    client.middlewareStack.remove('countUnits');
    expect(stage.calls).toEqual(['PutItem', 'GetItem', 'UpdateItem', 'UpdateItem']);
    // dynalite counts the table alone. An index is written where its keys change, and these never do. The read is the test's.
    expect(units).toBe(3);
    expect(await indexKeys(record)).toEqual(listed);
  });
});

async function indexKeys({ id }: JobRecord) {
  const { Item } = await dynamo().send(
    new GetItemCommand({ TableName: 'jobs', Key: marshall(headKey(id)), ConsistentRead: true }),
  );
  return [Item?.lp, Item?.ls, Item?.dp, Item?.up];
}

/** Bytes of an item as "DynamoDB Item sizes and formats" counts them. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, attribute]) => sum + Buffer.byteLength(name) + valueSize(attribute),
    0,
  );
}

function valueSize(attribute: Record<string, unknown>): number {
  const [[kind, value] = ['NULL', undefined]] = Object.entries(attribute);
  if (kind === 'S') return Buffer.byteLength(String(value));
  if (kind === 'N') return Math.ceil(String(value).replace(/^-|\./g, '').length / 2) + 1;
  if (kind === 'L') return (value as Record<string, unknown>[]).reduce((sum, one) => sum + 1 + valueSize(one), 3);
  if (kind === 'M') return 3 + Object.keys(value as object).length + sizeOf(value);
  return 1;
}
