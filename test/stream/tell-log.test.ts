import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OpenLog } from '../../lambdas/aws/job-tail.ts';
import type { StoredEvent } from '../../lambdas/core/job-record.ts';
import { type StreamWords, tellLog } from '../../lambdas/stream/tell-log.ts';
import { queuedJob } from '../core/job-records.ts';

const words: StreamWords = {
  begin: 'begin',
  event: ({ seq, type }) => `${seq} ${type}`,
  reset: ({ id }) => `reset ${id}`,
  cut: (seq) => `cut ${seq}`,
};

const entry = (seq: number, type: StoredEvent['type']): StoredEvent => ({ type, seq, prevSeq: seq - 1, timeMs: 1 });

// So short that nothing is read but what the log was opened with.
beforeEach(() => {
  vi.stubEnv('STREAM_SECONDS', '0');
  vi.stubEnv('REST_URL', 'https://api.example.com/v1');
});
afterEach(() => vi.unstubAllEnvs());

async function toldOf(log: OpenLog, told = words): Promise<string[]> {
  const request = {
    principal: { tenant: 'acme', scopes: [], keyId: 'k' },
    remainingMs: () => 30_000,
    gone: new AbortController().signal,
  };
  return await Array.fromAsync(tellLog(log, request, told));
}

const running: OpenLog = {
  first: { record: queuedJob({ status: 'running', seq: 2 }), entries: [entry(2, 'job.running')], complete: true },
  after: 1,
  reset: false,
};
const succeeded = queuedJob({ status: 'succeeded', seq: 3, output: { inline: '1', bytes: 1 } });
const ended: OpenLog = {
  first: { record: succeeded, entries: [entry(3, 'job.succeeded')], complete: true },
  after: 2,
  reset: false,
};

test('tellLog() says that it is cut where the job goes on, with the last event that it told', async () => {
  expect(await toldOf(running)).toEqual(['begin', '2 job.running', 'cut 2']);
  expect(await toldOf({ ...running, first: { ...running.first, entries: [] }, after: 2 })).toEqual(['begin', 'cut 2']);
});

test('tellLog() does not where nothing follows, or where its words have none for it', async () => {
  expect(await toldOf(ended)).toEqual(['begin', '3 job.succeeded']);
  expect(await toldOf({ ...ended, first: { ...ended.first, entries: [] }, after: 3 })).toEqual(['begin']);
  const { cut: _, ...plain } = words;
  expect(await toldOf(running, plain)).toEqual(['begin', '2 job.running']);
});

test('tellLog() tells of a reset before anything else', async () => {
  expect(await toldOf({ ...running, reset: true })).toEqual([
    'begin',
    `reset ${running.first.record.id}`,
    '2 job.running',
    'cut 2',
  ]);
});
