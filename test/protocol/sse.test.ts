import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { expect, it } from 'vitest';
import { sseControl, sseEvent, sseHeartbeat, sseRetry } from '../../protocol/sse.ts';
import type { JobEvent } from '../../protocol/types.ts';

it('a stream is read by a standard parser as it was written, with ids on log events alone', () => {
  const event: JobEvent = {
    id: 'evt_1',
    seq: 4,
    prevSeq: 3,
    type: 'job.output',
    time: '2026-11-22T12:00:00.123Z',
    job: 'job_1',
    data: { run: 1, part: 'two\nlines\r\n\u2028 data: and id: 9' },
  };
  const seen: EventSourceMessage[] = [];
  const comments: string[] = [];
  let retryMs: number | undefined;
  const parser = createParser({
    onEvent: (message) => seen.push(message),
    onComment: (comment) => comments.push(comment),
    onRetry: (ms) => {
      retryMs = ms;
    },
  });
  parser.feed(sseRetry(250) + sseControl('reset', { job: { id: 'job_1' } }) + sseHeartbeat + sseEvent(event));
  expect(seen).toEqual([
    { id: undefined, event: 'reset', data: '{"job":{"id":"job_1"}}' },
    { id: '4', event: 'job.output', data: JSON.stringify(event) },
  ]);
  expect(comments).toHaveLength(1);
  expect(retryMs).toBe(250);
});
