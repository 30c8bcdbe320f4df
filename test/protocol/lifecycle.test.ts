import { describe, expect, test } from 'vitest';
import {
  type EventType,
  eventTypes,
  isDone,
  isEnd,
  type JobStatus,
  jobStatuses,
  nextStatus,
  statusesBefore,
} from '../../protocol/lifecycle.ts';

describe('nextStatus()', () => {
  const cases: [JobStatus, EventType, JobStatus | undefined][] = [
    ['queued', 'job.running', 'running'],
    ['queued', 'job.canceled', 'canceled'],
    ['queued', 'job.timed-out', 'timed-out'],
    ['queued', 'job.succeeded', undefined],
    ['queued', 'job.retrying', undefined],
    ['running', 'job.running', 'running'],
    ['running', 'job.retrying', 'queued'],
    ['running', 'job.succeeded', 'succeeded'],
    ['running', 'job.queued', undefined],
    ['canceled', 'job.running', undefined],
    ['succeeded', 'job.canceled', undefined],
  ];
  test.each(cases)('of %s on %s is %s', (status, event, next) => {
    expect(nextStatus(status, event)).toBe(next);
  });

  test('lets nothing follow an end', () => {
    for (const status of jobStatuses.filter(isDone)) {
      for (const event of eventTypes) expect(nextStatus(status, event)).toBeUndefined();
    }
  });
});

test('isDone() holds in exactly four states', () => {
  expect(jobStatuses.filter(isDone)).toEqual(['succeeded', 'failed', 'canceled', 'timed-out']);
});

test('isEnd() holds for exactly the four events that end a job', () => {
  expect(eventTypes.filter(isEnd)).toEqual(['job.succeeded', 'job.failed', 'job.canceled', 'job.timed-out']);
});

test('statusesBefore() says in which states an event can happen', () => {
  expect(statusesBefore('job.canceled')).toEqual(['queued', 'running']);
  expect(statusesBefore('job.succeeded')).toEqual(['running']);
});
