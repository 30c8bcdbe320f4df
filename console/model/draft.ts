import type { Fault } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/types.ts';
import type { Field, FieldOf } from './schema-form.ts';

/** What stands in a form's inputs: text for each, a list for lists, an object for groups. */
export type Draft = string | Draft[] | { [name: string]: Draft };

/** What a draft says. `value` is undefined where the field is left empty. */
export interface Reading {
  value?: Json | undefined;
  faults: Fault[];
}

/** The draft that a field begins with. */
export function emptyDraft(field: Field): Draft {
  switch (field.kind) {
    case 'group':
      return Object.fromEntries(field.fields.map((member) => [member.name, emptyDraft(member)]));
    case 'list':
      return Array.from({ length: field.required ? Math.max(1, field.minItems) : field.minItems }, () =>
        emptyDraft(field.item),
      );
    case 'text':
    case 'number':
    case 'boolean':
    case 'choice':
      return field.initial ?? '';
    default:
      return '';
  }
}

/**
 * The value that a draft says, with a fault for each input that says none. The schema's own rules are the server's to
 * check, which points at the same places; `pointer` is the field's (RFC 6901).
 */
export function readDraft(field: Field, draft: Draft, pointer: string): Reading {
  if (field.kind === 'group') return readGroup(field, draft, pointer);
  if (field.kind === 'list') return readList(field, draft, pointer);
  const text = typeof draft === 'string' ? draft : '';
  if (field.kind === 'text' || field.kind === 'upload') return readText(field, text, pointer);
  if (text.trim() === '') return field.required ? fault(pointer, 'Must be filled in') : { faults: [] };
  if (field.kind === 'number') return readNumber(field, text, pointer);
  return readJson(text, pointer);
}

function readText(field: FieldOf<'text'> | FieldOf<'upload'>, text: string, pointer: string): Reading {
  if (text !== '') return { value: text, faults: [] };
  if (!field.required) return { faults: [] };
  const mayBeEmpty = field.kind === 'text' && (field.minLength ?? 0) === 0 && field.pattern === undefined;
  if (mayBeEmpty) return { value: '', faults: [] };
  return fault(pointer, field.kind === 'upload' ? 'Must be a text or a file' : 'Must be filled in');
}

function readNumber({ isInteger }: FieldOf<'number'>, text: string, pointer: string): Reading {
  const value = Number(text.trim());
  if (!Number.isFinite(value)) return fault(pointer, 'Must be a number');
  if (isInteger && !Number.isInteger(value)) return fault(pointer, 'Must be a whole number');
  return { value, faults: [] };
}

/** JSON text: of `json` itself, and of booleans and choices, whose inputs hold the JSON of what is chosen. */
function readJson(text: string, pointer: string): Reading {
  try {
    return { value: JSON.parse(text), faults: [] };
  } catch {
    return fault(pointer, 'Must be JSON: texts stand in "quotes"');
  }
}

function readList(field: FieldOf<'list'>, draft: Draft, pointer: string): Reading {
  const rows = Array.isArray(draft) ? draft : [];
  const isScalar = field.item.kind !== 'group' && field.item.kind !== 'list';
  // An empty last row is one that nobody has filled in yet.
  const kept = isScalar && rows.at(-1) === '' ? rows.slice(0, -1) : rows;
  if (kept.length === 0 && !field.required) return { faults: [] };
  const readings = kept.map((row, index) => readDraft(field.item, row, `${pointer}/${index}`));
  return {
    value: readings.map(({ value }) => value ?? null),
    faults: readings.flatMap(({ faults }) => faults),
  };
}

function readGroup(field: FieldOf<'group'>, draft: Draft, pointer: string): Reading {
  const members = typeof draft === 'object' && !Array.isArray(draft) ? draft : {};
  if (!field.required && isBlank(members)) return { faults: [] };
  const readings = field.fields.map((member) => {
    const reading = readDraft(member, members[member.name] ?? '', `${pointer}/${escapePointer(member.name)}`);
    return { name: member.name, ...reading };
  });
  return {
    value: Object.fromEntries(readings.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))),
    faults: readings.flatMap(({ faults }) => faults),
  };
}

function isBlank(draft: Draft): boolean {
  if (typeof draft === 'string') return draft === '';
  return Object.values(draft).every(isBlank);
}

function fault(pointer: string, detail: string): Reading {
  return { faults: [{ pointer, detail }] };
}

/** `name` as a part of an RFC 6901 pointer. */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** The draft that says `value`, as far as the form can. */
export function draftOf(field: Field, value: Json | undefined): Draft {
  if (value === undefined) return emptyDraft(field);
  if (field.kind === 'group') {
    const members = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
    return Object.fromEntries(field.fields.map((member) => [member.name, draftOf(member, members[member.name])]));
  }
  if (field.kind === 'list') return Array.isArray(value) ? value.map((item) => draftOf(field.item, item)) : [];
  if (field.kind === 'text' || field.kind === 'upload') return typeof value === 'string' ? value : '';
  return JSON.stringify(value);
}
