import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { parseJson } from '../../protocol/parse-json.ts';
import type { Json } from '../../protocol/types.ts';

/** A request's body as the gateway hands it over. */
export interface RawBody {
  text: string | null;
  isBase64: boolean;
  headers: Record<string, string>;
}

interface BodyOptions {
  /** @default `limits.maxBodyBytes` */
  maxBytes?: number | undefined;
  /** What an empty body stands for, where it is allowed. */
  ifEmpty?: Json | undefined;
}

/**
 * The JSON value in a body. Throws `unsupported-media-type`, `payload-too-large` (by bytes) or `malformed-json`.
 * The order is the order of these checks.
 */
export function readJsonBody(body: RawBody, { maxBytes = limits.maxBodyBytes, ifEmpty }: BodyOptions = {}): Json {
  const bytes = body.isBase64 ? Buffer.from(body.text ?? '', 'base64') : Buffer.from(body.text ?? '', 'utf8');
  if (bytes.length === 0 && ifEmpty !== undefined) return ifEmpty;
  checkMediaType(body.headers);
  if (bytes.length > maxBytes) {
    const detail = `Cannot read the body: it has ${bytes.length} bytes, it must have at most ${maxBytes}`;
    throw new ApiError('payload-too-large', detail);
  }
  if (bytes.length === 0) throw new ApiError('malformed-json', 'Cannot read the body: it is empty, it must be JSON');
  return parseJson(decodeUtf8(bytes));
}

function checkMediaType(headers: Record<string, string>): void {
  const given = headers['content-type'];
  if (given === undefined) throw unsupported('it has no Content-Type');
  const [mediaType = '', ...parameters] = given.split(';').map((part) => part.trim().toLowerCase());
  if (!/^application\/(?:[\w.!#$&^-]+\+)?json$/.test(mediaType))
    throw unsupported(`its Content-Type is ${mediaType || 'empty'}`);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (charset !== undefined && !['utf-8', 'utf8', '"utf-8"', '"utf8"'].includes(charset)) {
    throw unsupported(`its charset is ${charset}`);
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unsupported(`its Content-Encoding is ${encoding}`);
  }
}

function unsupported(found: string): ApiError {
  const detail = `Cannot read the body: ${found}, it must be application/json in UTF-8, not compressed`;
  return new ApiError('unsupported-media-type', detail, { headers: { accept: 'application/json' } });
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ApiError('malformed-json', 'Cannot read the body as JSON: its bytes are not UTF-8', { cause });
  }
}
