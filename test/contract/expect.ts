import assert from 'node:assert/strict';
import { eventTypes, isDone, isEnd, jobStatuses } from '../../protocol/lifecycle.ts';
import type { EventPage, Job, JobEvent, Page } from '../../protocol/types.ts';
import type { Answer } from './api.ts';

const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const jobMembers = [
  ...['id', 'type', 'status', 'done', 'seq', 'input', 'output', 'outputUrl', 'error', 'progress', 'run', 'maxRuns'],
  ...['metadata', 'createdAt', 'startedAt', 'finishedAt', 'expiresAt', 'links'],
];

/** Asserts that an answer has `status` and a whole job as its body, and gives the job. */
export function expectJob(answer: Answer, status: number): Job {
  assert.equal(answer.status, status, answer.text.slice(0, 500));
  return assertJob(answer.body);
}

/** Asserts that `value` is a job in the form of section 6. */
export function assertJob(value: unknown): Job {
  const job = value as Job;
  const at = JSON.stringify(value)?.slice(0, 500);
  assert.match(job.id, /^job_[a-z2-7]{26}$/, `id of ${at}`);
  for (const member of Object.keys(job)) assert.ok(jobMembers.includes(member), `unknown member ${member} of ${at}`);
  assert.ok(jobStatuses.includes(job.status), `status of ${at}`);
  assert.equal(job.done, isDone(job.status), `done of ${at}`);
  assert.ok(Number.isInteger(job.seq) && job.seq >= 1, `seq of ${at}`);
  assert.ok(Number.isInteger(job.run) && job.run >= 0 && job.run <= job.maxRuns, `run of ${at}`);
  assert.match(job.createdAt, timeForm, `createdAt of ${at}`);
  for (const time of [job.startedAt, job.finishedAt, job.expiresAt]) {
    if (time !== undefined) assert.match(time, timeForm, `a time of ${at}`);
  }
  assert.equal(job.finishedAt !== undefined, job.done, `finishedAt of ${at}`);
  assert.equal(job.expiresAt !== undefined, job.done, `expiresAt of ${at}`);
  assert.equal(job.error !== undefined, job.status === 'failed' || job.status === 'timed-out', `error of ${at}`);
  if (job.error) assert.ok(job.error.code && typeof job.error.message === 'string', `error of ${at}`);
  const { self, events, cancel, retry, deliveries } = job.links;
  assert.ok(self.endsWith(`/jobs/${job.id}`) && /^https?:/.test(self), `links.self of ${at}`);
  assert.deepEqual(
    [events, cancel, retry, deliveries],
    [`${self}/events`, `${self}/cancel`, `${self}/retry`, `${self}/deliveries`],
  );
  return job;
}

/** Asserts that an answer is a page of a job's log, in the form of sections 6 and 7, and gives it. */
export function expectEventPage(answer: Answer): EventPage {
  assert.equal(answer.status, 200, answer.text.slice(0, 500));
  const page = answer.body as EventPage;
  assert.ok(Array.isArray(page.events), answer.text.slice(0, 500));
  assert.equal(typeof page.done, 'boolean');
  assert.ok(Number.isInteger(page.cursor) && page.cursor >= 0, `cursor ${page.cursor}`);
  for (const event of page.events) assertEvent(event);
  if (page.reset) assertJob(page.reset.job);
  return page;
}

/** Asserts that `value` is an event in the form of section 7. */
export function assertEvent(value: unknown): JobEvent {
  const event = value as JobEvent;
  const at = JSON.stringify(value)?.slice(0, 300);
  assert.match(event.id, /^evt_./, `id of ${at}`);
  assert.ok(eventTypes.includes(event.type), `type of ${at}`);
  assert.ok(Number.isInteger(event.seq) && event.seq >= 1, `seq of ${at}`);
  assert.ok(Number.isInteger(event.prevSeq) && event.prevSeq < event.seq, `prevSeq of ${at}`);
  assert.match(event.time, timeForm, `time of ${at}`);
  assert.match(event.job, /^job_[a-z2-7]{26}$/, `job of ${at}`);
  if (event.truncated) {
    assert.ok(event.url?.endsWith(`/jobs/${event.job}/events/${event.seq}`), `url of ${at}`);
    assert.equal(event.data, undefined, `data beside truncated of ${at}`);
  } else {
    assert.ok(event.data && typeof event.data === 'object', `data of ${at}`);
    assert.doesNotMatch(JSON.stringify(event.data), /X-Amz-Signature/, `a presigned URL in ${at}`);
  }
  return event;
}

/** Asserts that `events` are one whole log: in order, linked by `prevSeq`, with one end and nothing after it. */
export function assertWholeLog(events: JobEvent[]): void {
  const types = events.map(({ type }) => type);
  assert.equal(types[0], 'job.queued', `the log starts with ${types[0]}`);
  let kept = 0;
  let last = 0;
  for (const event of events) {
    assert.ok(event.seq > last, `seq ${event.seq} after ${last}`);
    assert.equal(event.prevSeq, kept, `prevSeq of event ${event.seq} (${event.type})`);
    last = event.seq;
    if (event.type !== 'job.progress') kept = event.seq;
  }
  assert.equal(types.filter(isEnd).length, 1, `one end in ${types.join(', ')}`);
  assert.ok(isEnd(types.at(-1) ?? 'job.queued'), `the log ends with ${types.at(-1)}`);
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length, 'event ids are used twice');
}

/** Asserts that an answer is a page of a list, and gives it. */
export function expectPage(answer: Answer): Page<Job> {
  assert.equal(answer.status, 200, answer.text.slice(0, 500));
  const page = answer.body as Page<Job>;
  assert.ok(Array.isArray(page.items), answer.text.slice(0, 300));
  for (const job of page.items) {
    assertJob(job);
    assert.equal(job.input, undefined, 'list entries leave out the input');
  }
  const link = answer.headers.get('link') ?? '';
  assert.equal(/rel="?next"?/.test(link), page.next !== undefined, `Link ${link} beside next ${page.next}`);
  return page;
}

/** Asserts that `Retry-After` is within its bounds. */
export function assertRetryAfter(answer: Answer): void {
  const value = answer.headers.get('retry-after') ?? '';
  assert.match(value, /^\d+$/, `Retry-After ${value}`);
  assert.ok(Number(value) >= 1 && Number(value) <= 60, `Retry-After ${value}`);
}
