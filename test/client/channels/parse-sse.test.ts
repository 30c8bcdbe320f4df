import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseParser } from '../../../client/channels/parse-sse.ts';
import { sseControl, sseEvent, sseHeartbeat, sseRetry } from '../../../protocol/sse.ts';
import type { JobEvent } from '../../../protocol/types.ts';

const event: JobEvent = {
  id: 'evt_1',
  seq: 1,
  prevSeq: 0,
  type: 'job.queued',
  time: '',
  job: 'job_1',
  data: 'é\u2028',
};
const stream = `${sseRetry(250)}${sseEvent(event)}${sseHeartbeat}${sseControl('reset', { job: 1 })}`;
const messages = [
  { event: 'job.queued', data: JSON.stringify(event) },
  { event: 'reset', data: '{"job":1}' },
];

describe('createSseParser()', () => {
  it("reads the server's own stream, wherever it is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 6 }), (cuts) => {
        const parse = createSseParser();
        const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const pieces = places.slice(1).map((end, index) => stream.slice(places[index], end));
        expect(pieces.flatMap(parse)).toEqual(messages);
      }),
    );
  });

  it.each([
    ['carriage returns and line feeds', 'event: a\r\ndata: 1\r\n\r\n', [{ event: 'a', data: '1' }]],
    [
      'carriage returns alone',
      'event: a\rdata: 1\r\rdata: 2\r\r:',
      [
        { event: 'a', data: '1' },
        { event: 'message', data: '2' },
      ],
    ],
    ['data of several lines', 'data: 1\ndata:2\ndata\n\n', [{ event: 'message', data: '1\n2\n' }]],
    ['no space after the colon, and one space more', 'data:1\ndata:  2\n\n', [{ event: 'message', data: '1\n 2' }]],
    ['a name without data', 'event: a\n\ndata: 1\n\n', [{ event: 'message', data: '1' }]],
    ['a message that is not whole', 'data: 1\n', []],
  ])('reads %s', (_, text, expected) => {
    expect(createSseParser()(text)).toEqual(expected);
  });
});
