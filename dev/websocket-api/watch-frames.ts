import type { Duplex } from 'node:stream';

/**
 * Reads along with a server's side of a WebSocket, and tells of the first frame whose payload is over `maxBytes` (the
 * header alone is enough: RFC 6455, section 5.2). The engine bounds whole messages only.
 */
export function watchFrames(socket: Duplex, maxBytes: number, onTooLarge: () => void): void {
  let header = Buffer.alloc(0);
  let leftOfPayload = 0;
  const onData = (chunk: Buffer) => {
    let at = 0;
    while (at < chunk.length) {
      if (leftOfPayload > 0) {
        const taken = Math.min(leftOfPayload, chunk.length - at);
        leftOfPayload -= taken;
        at += taken;
        continue;
      }
      header = Buffer.concat([header, chunk.subarray(at, at + 1)]);
      at += 1;
      if (header.length < headerBytes(header)) continue;
      leftOfPayload = payloadBytes(header) + maskBytes(header);
      if (payloadBytes(header) > maxBytes) {
        socket.off('data', onData);
        onTooLarge();
        return;
      }
      header = Buffer.alloc(0);
    }
  };
  socket.prependListener('data', onData);
}

/** Length of a frame's header without its mask, as far as its first two bytes tell. */
function headerBytes(header: Buffer): number {
  const length = (header[1] ?? 0) & 0x7f;
  return length === 127 ? 10 : length === 126 ? 4 : 2;
}

function payloadBytes(header: Buffer): number {
  const length = (header[1] ?? 0) & 0x7f;
  if (length === 127) return Number(header.readBigUInt64BE(2));
  return length === 126 ? header.readUInt16BE(2) : length;
}

function maskBytes(header: Buffer): number {
  return ((header[1] ?? 0) & 0x80) === 0 ? 0 : 4;
}
