import { createHash } from 'node:crypto';
import type { Json } from '../../protocol/types.ts';

/** `value` as RFC 8785 writes it: no blanks, names sorted by UTF-16 units, so that equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** Names `value` by what it says: 192 bits of the SHA-256 of its canonical text, in base64url. */
export function digestOf(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('base64url').slice(0, 32);
}
