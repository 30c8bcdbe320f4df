import { ApiError, type Fault } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';

/** An object of a body. */
export type JsonObject = { [name: string]: Json };

/** `name` as a token of a JSON pointer (RFC 6901, section 3). */
export const pointerToken = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** What `value` is, for a message. */
export function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws `invalid-input` that lists `faults`, if there are any: the first `maxListed` of them. */
export function refuseFaults(faults: Fault[], what: string, maxListed: number = limits.maxListedErrors): void {
  if (faults.length === 0) return;
  const listed = faults.slice(0, maxListed).map(withShortPointer);
  const left = faults.length - listed.length;
  const count = faults.length === 1 ? '1 field is' : `${faults.length} fields are`;
  const detail = `Cannot accept ${what}: ${count} not allowed as ${faults.length === 1 ? 'it is' : 'they are'}`;
  throw new ApiError('invalid-input', left > 0 ? `${detail}; ${left} of them are not listed` : detail, {
    errors: listed,
  });
}

const maxPointerLength = 255;

/** A fault below a very long name points at what is around it: no answer is many times as large as its question. */
function withShortPointer(fault: Fault): Fault {
  if (!('pointer' in fault) || fault.pointer.length <= maxPointerLength) return fault;
  const start = fault.pointer.slice(0, maxPointerLength + 1);
  return { ...fault, pointer: start.slice(0, start.lastIndexOf('/')) };
}

interface IntegerBounds {
  min: number;
  max: number;
}

interface TextBounds {
  min?: number;
  /** In characters (code points). */
  max: number;
  pattern?: RegExp;
  /** What the pattern wants, for the message. */
  form?: string;
}

/**
 * Reads the fields of an object of a body, one call each. Every fault is noted with its pointer, so that one answer
 * lists them all; a field that is left out is undefined.
 *
 * @param pointer where the object stands in the body
 */
export function readFields(value: Json, pointer = '') {
  const faults: Fault[] = [];
  const known = new Set<string>();
  const fields = isObject(value) ? value : {};
  const fault = (name: string, detail: string) => faultAt(`/${pointerToken(name)}`, detail);
  const faultAt = (below: string, detail: string) => void faults.push({ pointer: `${pointer}${below}`, detail });
  if (!isObject(value)) faults.push({ pointer, detail: `Must be an object, is ${kindOf(value)}` });

  /** The field as it is; undefined where it is left out. */
  function field(name: string): Json | undefined {
    known.add(name);
    return Object.hasOwn(fields, name) ? fields[name] : undefined;
  }

  function integer(name: string, { min, max }: IntegerBounds): number | undefined {
    const given = field(name);
    if (given === undefined) return undefined;
    if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) return given;
    const found = typeof given === 'number' ? String(given) : kindOf(given);
    fault(name, `Must be an integer from ${min} to ${max}, is ${found}`);
    return undefined;
  }

  function flag(name: string): boolean | undefined {
    const given = field(name);
    if (given === undefined || typeof given === 'boolean') return given;
    fault(name, `Must be true or false, is ${kindOf(given)}`);
    return undefined;
  }

  function text(name: string, bounds: TextBounds): string | undefined {
    const given = field(name);
    if (given === undefined) return undefined;
    const detail = textFault(given, bounds);
    if (detail === undefined) return given as string;
    fault(name, detail);
    return undefined;
  }

  /** Notes a fault for every field that was not asked for. */
  function refuseUnknown(): void {
    for (const name of Object.keys(fields)) {
      if (!known.has(name)) fault(name, `Unknown here; allowed are ${[...known].join(', ')}`);
    }
  }

  return { faults, fault, faultAt, field, integer, flag, text, refuseUnknown };
}

/** What is wrong with `given` as a text; undefined where nothing is. */
export function textFault(given: Json, { min = 1, max, pattern, form = '' }: TextBounds): string | undefined {
  if (typeof given !== 'string') return `Must be a string, is ${kindOf(given)}`;
  if (!given.isWellFormed()) return 'Must be well-formed Unicode, has half of a surrogate pair';
  const length = given.length > 2 * max ? given.length : [...given].length;
  if (length < min || length > max) return `Must have ${min} to ${max} characters, has ${length}`;
  return pattern && !pattern.test(given) ? `Must be ${form}` : undefined;
}
