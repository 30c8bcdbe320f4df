import { ApiError } from './errors.ts';
import { findJsonFault } from './json-fault.ts';
import { limits } from './limits.ts';
import type { Json } from './types.ts';

/**
 * Parses `text` as one JSON value. A byte order mark before it is passed over (RFC 8259, section 8.1).
 * Throws `malformed-json`, with the place, for bad syntax, too deep a nesting, and numbers that no double can hold.
 *
 * @param name what the text is, for the message
 */
export function parseJson(text: string, name = 'the body'): Json {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: Json;
  try {
    value = JSON.parse(json) as Json;
  } catch (cause) {
    throw malformed(name, findJsonFault(json) ?? 'no JSON text', cause);
  }
  if (!isWithinBounds(value)) throw malformed(name, findJsonFault(json) ?? 'beyond what can be read');
  return value;
}

function malformed(name: string, fault: string, cause?: unknown): ApiError {
  return new ApiError('malformed-json', `Cannot read ${name} as JSON: ${fault}`, { cause });
}

/** False for a value nested too deeply or with a number that became Infinity. Keeps no call stack, whatever the depth. */
function isWithinBounds(root: Json): boolean {
  const waiting: { value: Json; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value === 'number' && !Number.isFinite(value)) return false;
    if (typeof value !== 'object' || value === null) continue;
    if (depth === limits.maxJsonDepth) return false;
    for (const child of Object.values(value)) {
      if (typeof child === 'object' || typeof child === 'number') waiting.push({ value: child, depth: depth + 1 });
    }
  }
  return true;
}
