import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';

/** What a key may hold, in a header or a field: no control characters, so that keys of our own can never be met. */
export const idempotencyKeyPattern = /^[^\p{Cc}]+$/u;

/** The `Idempotency-Key` header, or undefined where there is none. Throws `invalid-query` for one that is not allowed. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  const key = header?.trim();
  if (key === undefined) return undefined;
  const { maxIdempotencyKeyLength: max } = limits;
  if (key.length >= 1 && key.length <= max && idempotencyKeyPattern.test(key)) return key;
  const found = key.length >= 1 && key.length <= max ? 'a control character' : key.length;
  const detail = `Must have 1 to ${max} characters, none of them a control character, has ${found}`;
  const errors = [{ parameter: 'Idempotency-Key', detail }];
  throw new ApiError('invalid-query', 'Cannot accept the Idempotency-Key header as it is', { errors });
}

/** The key of what stands in for a client's own: the parts tell it from every other. */
export function derivedKey(...parts: (string | number)[]): string {
  return `\u0000${JSON.stringify(parts)}`;
}
