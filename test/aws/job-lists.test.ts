import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clearDeadLetter, clearDeadLetters, listDeadLetters, listJobs } from '../../lambdas/aws/job-lists.ts';
import { changeJob, createJob } from '../../lambdas/aws/job-store.ts';
import { bury } from '../../lambdas/core/job-changes.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { queuedJob, startMs } from '../core/job-records.ts';
import { type JobStage, openJobStage } from '../support/job-stage.ts';

let stage: JobStage;
const made: JobRecord[] = [];
beforeAll(async () => {
  stage = await openJobStage();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const createdAtMs = Date.now();
  for (let index = 0; index < 57; index += 1) {
    const record = queuedJob({
      id: jobId({ tenant: 'acme', secret: 's' }),
      type: index % 3 === 0 ? 'third' : 'other',
      // Some at the very same moment.
      createdAtMs: createdAtMs + Math.floor(index / 2),
      expiresAtSeconds: Math.floor(createdAtMs / 1000) + 9_999,
    });
    await createJob(record);
    made.unshift(record);
  }
  await createJob(queuedJob({ id: jobId({ tenant: 'b', secret: 's' }), tenant: 'b', expiresAtSeconds: 9_999_999_999 }));
});
afterAll(() => stage.stop());

/** Every page of a list, as ids. */
async function pages(limit: number, options: { type?: string; tenant?: string } = {}): Promise<string[][]> {
  const found: string[][] = [];
  let page: string | undefined;
  do {
    const { tenant = 'acme', type } = options;
    const { records, next } = await listJobs(tenant, { limit, ...(page && { page }), ...(type && { type }) });
    found.push(records.map(({ id }) => id));
    page = next;
  } while (page);
  return found;
}

const newestFirst = () =>
  made
    .toSorted((one, other) => other.createdAtMs - one.createdAtMs || (one.id < other.id ? 1 : -1))
    .map(({ id }) => id);

describe('listJobs()', () => {
  it.each([1, 10, 57, 100])('hands out each job once, newest first, in pages of %i', async (limit) => {
    const found = await pages(limit);
    expect(found.flat()).toEqual(newestFirst());
    expect(found.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  });

  it.each([1, 5, 19, 100])('filters, in full pages of %i', async (limit) => {
    const thirds = new Set(made.filter(({ type }) => type === 'third').map(({ id }) => id));
    const found = await pages(limit, { type: 'third' });
    expect(found.flat()).toEqual(newestFirst().filter((id) => thirds.has(id)));
    expect(found.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    expect((await listJobs('acme', { limit: 100, status: 'succeeded' })).records).toEqual([]);
  });

  it('shows no tenant the jobs of another, whatever the page token', async () => {
    const { next } = await listJobs('acme', { limit: 1 });
    const { records } = await listJobs('b', { limit: 100, page: next ?? '' });
    expect(records.map(({ tenant }) => tenant)).toEqual(['b']);
    expect((await pages(100, { tenant: 'acm' })).flat()).toEqual([]);
  });

  it.each(['', 'x', '=', Buffer.from(`${startMs}#job_x`).toString('base64url'), 'a'.repeat(10_000)])(
    'refuses the page %j',
    async (page) => {
      await expect(listJobs('acme', { limit: 1, page })).rejects.toMatchObject({ code: 'invalid-query' });
    },
  );
});

describe('dead letters', () => {
  it('are listed from their death until they are cleared', async () => {
    const dead = made.slice(0, 12);
    for (const record of dead) await changeJob(record, bury(record, Date.now()));
    const found = await listDeadLetters('acme', { limit: 100 });
    expect(new Set(found.records.map(({ id }) => id))).toEqual(new Set(dead.map(({ id }) => id)));
    const [first] = found.records;
    const twice = await Promise.all(
      found.records.slice(0, 1).flatMap((one) => [clearDeadLetter(one), clearDeadLetter(one)]),
    );
    expect(twice.toSorted()).toEqual([false, true]);
    expect((await listDeadLetters('acme', { limit: 100 })).records).toHaveLength(11);
    const thirds = dead.filter(({ type, id }) => type === 'third' && id !== first?.id).length;
    expect(await clearDeadLetters('acme', { type: 'third' })).toEqual({ count: thirds });
    expect(await clearDeadLetters('acme')).toEqual({ count: 11 - thirds });
    expect(await clearDeadLetters('acme')).toEqual({ count: 0 });
    expect((await pages(100)).flat()).toHaveLength(57);
  });
});
