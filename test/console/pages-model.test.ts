import { describe, expect, test } from 'vitest';
import type { Client, ListQuery } from '../../client/types.ts';
import { readJobsOfLately } from '../../console/api/load-of-jobs.ts';
import {
  type Arrival,
  arrivalRows,
  channelSummaries,
  delayPosition,
  statusAfter,
} from '../../console/model/arrivals.ts';
import { endpointDraft, readEndpointDraft } from '../../console/model/endpoint-draft.ts';
import { formatAgo, formatBytes, formatDuration } from '../../console/model/format.ts';
import { emptyListText, readFilters, refreshMsOf, writeFilters } from '../../console/model/job-filters.ts';
import { mergeJobs, ratesOf, typeSummaries } from '../../console/model/rates.ts';
import { paths, routeOf } from '../../console/model/routes.ts';
import { emptyOptions, readOptions } from '../../console/model/submit-options.ts';
import type { Job } from '../../protocol/types.ts';

describe('filters of jobs', () => {
  test.each(['', '?type=echo', '?status=failed', '?type=echo&status=timed-out&page=abc'])(
    '%s is read as it is written',
    (query) => {
      expect(writeFilters(readFilters(new URLSearchParams(query)))).toBe(query);
    },
  );

  test('what is no filter is left out', () => {
    expect(readFilters(new URLSearchParams('?status=lost&type=&other=1'))).toEqual({});
  });

  test.each([
    ['', false, 'No job has been submitted yet. Choose a job type to submit one.'],
    ['?page=abc', false, 'There are no older jobs.'],
    ['?status=failed', false, 'No job fits these filters.'],
    ['?status=failed', true, 'None among the newest thousand. Older jobs may fit.'],
    ['?type=echo&page=abc', true, 'None among this thousand. Older jobs may fit.'],
    ['?type=echo&page=abc', false, 'No job fits these filters.'],
  ])('emptyListText() of %s with more after it: %j', (query, hasMore, text) => {
    expect(emptyListText(readFilters(new URLSearchParams(query)), { hasMore })).toBe(text);
  });

  test.each([
    ['', 4_000],
    ['?status=failed', 30_000],
    ['?page=abc', undefined],
  ])('refreshMsOf() %s is %j', (query, ms) => {
    expect(refreshMsOf(readFilters(new URLSearchParams(query)))).toBe(ms);
  });
});

describe('readJobsOfLately()', () => {
  test('reads one page of each status, and three of what came in lately', async () => {
    const asked: ListQuery[] = [];
    const list = async (query: ListQuery = {}) => {
      asked.push(query);
      return { items: [{ id: `job_${asked.length}`, createdAt: '2026-01-01T12:00:00Z' } as Job], next: 'more' };
    };
    const client = { list } as unknown as Client;
    const { jobs, isCut } = await readJobsOfLately(client, { sinceMs: 0, signal: new AbortController().signal });
    expect(asked.filter(({ status }) => status !== undefined)).toHaveLength(2);
    expect({ pages: asked.length, jobs: jobs.length, isCut }).toEqual({ pages: 5, jobs: 5, isCut: true });
  });
});

test.each([
  ['/', { page: 'types' }],
  ['/types/csv-profile', { page: 'type', name: 'csv-profile' }],
  ['/jobs', { page: 'jobs' }],
  [paths.job('job_a'), { page: 'job', id: 'job_a' }],
  [paths.channels('job_a'), { page: 'channels', id: 'job_a' }],
  ['/channels', { page: 'compare' }],
  [paths.webhook('whk_a'), { page: 'webhook', id: 'whk_a' }],
  [paths.type('a b'), { page: 'type', name: 'a b' }],
  ['/types/%E0%A4%A', { page: 'type', name: '%E0%A4%A' }],
  ['/nowhere', { page: 'not-found' }],
  ['/jobs/a/b', { page: 'not-found' }],
])('routeOf() finds the page at %s', (path, route) => {
  expect(routeOf(path)).toEqual(route);
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [5000, '5 s'],
  [9999, '9.9 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [890_000, '14 min 50 s'],
  [7_500_000, '2 h 5 min'],
  [90_000_000, '1 d 1 h'],
])('formatDuration() says %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('formatAgo() tells what was from what will be', () => {
  const nowMs = Date.parse('2026-01-01T12:00:00Z');
  expect(formatAgo('2026-01-01T11:59:59Z', nowMs)).toBe('just now');
  expect(formatAgo('2026-01-01T11:15:00Z', nowMs)).toBe('45 min ago');
  expect(formatAgo('2026-01-08T12:00:00Z', nowMs)).toBe('in 7 d');
});

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [2048 * 1024 * 1024, '2 GiB'],
  [1536, '1.5 KiB'],
])('formatBytes() says %d as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

describe('readOptions()', () => {
  test('says nothing of what is empty', () => {
    expect(readOptions(emptyOptions)).toEqual({ options: {}, faults: [] });
  });

  test('reads seconds, a webhook and metadata line by line', () => {
    const draft = { ...emptyOptions, delaySeconds: '5', webhookUrl: ' https://a/b ', metadata: 'team = red\nurl=a=b' };
    expect(readOptions(draft).options).toEqual({
      delaySeconds: 5,
      webhook: { url: 'https://a/b' },
      metadata: { team: 'red', url: 'a=b' },
    });
  });

  test('points at what it cannot read', () => {
    const { faults } = readOptions({ ...emptyOptions, deadlineSeconds: 'soon', metadata: 'red' });
    expect(faults).toMatchObject([{ pointer: '/deadlineSeconds' }, { pointer: '/metadata' }]);
  });
});

describe('readEndpointDraft()', () => {
  const draft = { ...endpointDraft(), url: ' https://a/b ', headers: 'X-Team: red\nAuthorization: Basic a:b' };

  test('leaves out of a new endpoint what is empty, and takes it away from one that is changed', () => {
    const headers = { 'X-Team': 'red', Authorization: 'Basic a:b' };
    const ends = ['job.succeeded', 'job.failed', 'job.canceled', 'job.timed-out'];
    expect(readEndpointDraft(draft, { isNew: true }).body).toEqual({ url: 'https://a/b', events: ends, headers });
    expect(readEndpointDraft({ ...draft, headers: '' }, { isNew: false }).body).toEqual({
      url: 'https://a/b',
      events: ends,
      types: null,
      description: null,
      headers: null,
    });
  });

  test('points at a line that is no header', () => {
    expect(readEndpointDraft({ ...draft, headers: 'red' }, { isNew: true }).faults).toMatchObject([
      { pointer: '/headers' },
    ]);
  });
});

describe('arrivals', () => {
  const time = '2026-01-01T00:00:00.000Z';
  const startMs = Date.parse(time);
  const arrival = (channel: Arrival['channel'], seq: number, ms: number): Arrival => {
    return { channel, seq, type: seq === 1 ? 'job.running' : 'job.output', time, heardAtMs: startMs + ms };
  };
  const arrivals = [arrival('sse', 2, 40), arrival('websocket', 1, 10), arrival('sse', 1, 30), arrival('sse', 3, 90)];

  test('arrivalRows() says who was first, and how far behind the others were', () => {
    expect(arrivalRows(arrivals).map(({ seq, behindMs }) => ({ seq, behindMs }))).toEqual([
      { seq: 1, behindMs: { websocket: 0, sse: 20 } },
      { seq: 2, behindMs: { sse: 0 } },
      { seq: 3, behindMs: { sse: 0 } },
    ]);
  });

  test('channelSummaries() has every channel, those that heard nothing too', () => {
    const summaries = channelSummaries(arrivals);
    expect(summaries.find(({ channel }) => channel === 'sse')).toEqual({
      channel: 'sse',
      heard: 3,
      medianMs: 40,
      maxMs: 90,
    });
    expect(summaries.find(({ channel }) => channel === 'polling')).toEqual({ channel: 'polling', heard: 0 });
  });

  test('statusAfter() leads the job on by what was heard', () => {
    expect(statusAfter({ status: 'queued' }, arrivals)).toBe('running');
    expect(statusAfter({ status: 'succeeded' }, arrivals)).toBe('succeeded');
  });

  test('delayPosition() stays on its axis', () => {
    expect([0, 3, 10_000, 1e9].map(delayPosition)).toEqual([0, 0, 1, 1]);
    expect(delayPosition(100)).toBeGreaterThan(delayPosition(10));
  });
});

describe('rates', () => {
  const nowMs = Date.parse('2026-01-01T12:10:30Z');
  const job = (id: string, fields: Partial<Job>): Job => ({
    id,
    type: 'echo',
    status: 'queued',
    done: false,
    seq: 1,
    run: 0,
    maxRuns: 3,
    createdAt: '2026-01-01T12:09:10Z',
    links: { self: '', events: '', cancel: '', retry: '', deliveries: '' },
    ...fields,
  });
  const ended = { done: true, startedAt: '2026-01-01T12:09:12Z', finishedAt: '2026-01-01T12:10:12Z' };
  const jobs = [
    job('a', { ...ended, status: 'succeeded' }),
    job('b', { ...ended, status: 'failed' }),
    job('c', {}),
    job('d', { createdAt: '2026-01-01T11:00:00Z' }),
  ];

  test('ratesOf() counts each job in the minutes of its beginning and its end', () => {
    expect(ratesOf(jobs, { nowMs, minutes: 3 }).map(({ startMs: _start, ...counts }) => counts)).toEqual([
      { accepted: 0, succeeded: 0, unsuccessful: 0 },
      { accepted: 3, succeeded: 0, unsuccessful: 0 },
      { accepted: 0, succeeded: 1, unsuccessful: 1 },
    ]);
  });

  test('typeSummaries() tells what waits, since when, and how long things take', () => {
    expect(typeSummaries(jobs, ['echo', 'other'])).toEqual([
      {
        type: 'echo',
        waiting: 2,
        running: 0,
        succeeded: 1,
        unsuccessful: 1,
        medianWaitMs: 2000,
        medianRunMs: 60_000,
        waitingSince: '2026-01-01T11:00:00Z',
      },
      { type: 'other', waiting: 0, running: 0, succeeded: 0, unsuccessful: 0 },
    ]);
  });

  test('mergeJobs() has each job once, as it was read last', () => {
    expect(mergeJobs(jobs, [job('a', { status: 'running' })]).map(({ id, status }) => id + status)).toEqual([
      'arunning',
      'bfailed',
      'cqueued',
      'dqueued',
    ]);
  });
});
