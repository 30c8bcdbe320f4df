import { expect, test } from 'vitest';
import { packSelection } from '../../lambdas/core/event-selection.ts';
import { dialectOf, framesOf } from '../../lambdas/deliver/dialect.ts';
import { ApiError, problemDocument } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import type { Job, JobEvent } from '../../protocol/types.ts';

const selection = packSelection({
  name: 'jobEvents',
  fields: [
    { name: 'at', field: 'seq' },
    { name: 'data', field: 'data' },
  ],
});
const event = { seq: 3, type: 'job.running', data: { status: 'running', run: 1 } } as unknown as JobEvent;
const job = { id: 'job_1', status: 'queued' } as Job;
const errors = Array.from({ length: 300 }, (_, index) => ({ pointer: `/${index}`, detail: 'x'.repeat(200) }));
const refusal = new ApiError('invalid-input', 'Cannot', { errors });
const error = problemDocument(refusal, { restUrl: 'https://a/v1', requestId: 'r' });

test.each<[ServerMessage, object[]]>([
  [{ type: 'subscribed', id: 's', job }, []],
  [{ type: 'accepted', id: 's', job }, []],
  [
    { type: 'event', id: 's', event },
    [{ type: 'next', id: 's', payload: { data: { jobEvents: { at: 3, data: { status: 'running', run: 1 } } } } }],
  ],
  [
    { type: 'reset', id: 's', job },
    [{ type: 'next', id: 's', payload: { data: { jobEvents: { at: 0, data: { job } } } } }],
  ],
  [{ type: 'complete', id: 's' }, [{ type: 'complete', id: 's' }]],
  [{ type: 'pong' }, [{ type: 'pong' }]],
  [{ type: 'reconnect' }, [{ type: 'ping', payload: { reconnect: true } }]],
  [{ type: 'error', error }, []],
  [
    { type: 'error', id: 's', error },
    [
      {
        type: 'error',
        id: 's',
        payload: [
          { message: 'Cannot', extensions: { code: 'invalid-input', status: 422, retryable: false, requestId: 'r' } },
        ],
      },
    ],
  ],
])('framesOf() says $0.type in graphql-transport-ws', (message, expected) => {
  expect(framesOf(message, selection).map((frame) => JSON.parse(frame))).toEqual(expected);
});

test('framesOf() says everything as it is in jobwire.v1', () => {
  const message: ServerMessage = { type: 'subscribed', id: 's', job };
  expect(framesOf(message, undefined)).toEqual([JSON.stringify(message)]);
});

test.each([undefined, selection])('framesOf() leaves out what makes a frame too large (%s)', (dialect) => {
  const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, '€'.repeat(1_000)]));
  for (const message of [
    { type: 'reset', id: 's', job: { ...job, metadata } },
    { type: 'error', id: 's', error },
  ] as const) {
    const [frame = ''] = framesOf(message, dialect);
    expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(limits.maxMessageBytes);
    expect(frame).toContain('"s"');
  }
});

test('dialectOf() is told by the row of the connection', () => {
  expect(dialectOf({ protocol: 'jobwire.v1' })).toBeUndefined();
  expect(dialectOf({ protocol: 'graphql-transport-ws' })).toBe('');
});
