import { malformedCsv } from './malformed-csv.ts';

/**
 * Decodes a stream of UTF-8 bytes, a byte order mark aside, and says of each piece how many bytes it was.
 * Throws a final JobError `malformed-csv` where the bytes are no UTF-8; `line` tells how far reading has come.
 */
export async function* decodeText(
  stream: AsyncIterable<Uint8Array>,
  line: () => number,
): AsyncGenerator<{ chars: string; bytes: number }> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw malformedCsv(
        `Cannot read the CSV near line ${line()}: its bytes are no UTF-8; save it in that encoding`,
        cause,
      );
    }
  };
  for await (const bytes of stream) yield { chars: decode(bytes), bytes: bytes.byteLength };
  yield { chars: decode(), bytes: 0 };
}
