import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { watchFrames } from '../../../dev/websocket-api/watch-frames.ts';

/** A client's frame: masked, with the shortest header that its length allows. */
function frame(bytes: number, opcode = 0x81): Buffer {
  const header =
    bytes < 126 ? Buffer.from([opcode, 0x80 | bytes]) : Buffer.alloc(bytes < 65_536 ? 4 : 10, 0).fill(opcode, 0, 1);
  if (header.length === 4) header.writeUInt16BE(bytes, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(bytes), 2);
  if (header.length > 2) header[1] = 0x80 | (header.length === 4 ? 126 : 127);
  return Buffer.concat([header, Buffer.alloc(4, 7), Buffer.alloc(bytes, 0x7f)]);
}

const cases: [name: string, frames: Buffer[], isTold: boolean][] = [
  ['small frames', [frame(0), frame(1), frame(125), frame(126), frame(200), frame(0, 0x89)], false],
  ['a frame at the limit', [frame(1000)], false],
  ['a frame over the limit', [frame(1001)], true],
  ['a large frame after small ones', [frame(0), frame(125), frame(999), frame(70_000)], true],
  ['a length beyond all numbers', [Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])], true],
];

test.each(cases)('watchFrames() reads %s however it is cut up', (_, frames, isTold) => {
  const bytes = Buffer.concat(frames);
  for (const size of [1, 2, 3, 7, 1000, bytes.length]) {
    const socket = new EventEmitter();
    let told = 0;
    watchFrames(socket as Duplex, 1000, () => told++);
    for (let at = 0; at < bytes.length; at += size) socket.emit('data', bytes.subarray(at, at + size));
    expect(told).toBe(isTold ? 1 : 0);
  }
});
