import type { Job, JobEvent, Json } from '../../protocol/types.ts';

/** What there is of an event in GraphQL, and the letter that stands for it in a packed selection. */
const letters = {
  __typename: 'n',
  id: 'i',
  seq: 's',
  prevSeq: 'p',
  type: 't',
  time: 'm',
  job: 'j',
  run: 'r',
  status: 'z',
  data: 'd',
  truncated: 'x',
  url: 'u',
} as const;

type Field = keyof typeof letters;
const fieldOf = new Map(Object.entries(letters).map(([field, letter]) => [letter, field as Field]));

/** One field of a selection, and the name that it has in the answer. */
export interface SelectedField {
  name: string;
  field: Field;
}

/** What a GraphQL subscription asks for, compiled: the name of its one field, and the fields of each event. */
export interface EventSelection {
  name: string;
  fields: SelectedField[];
}

/** True for a field of `JobEvent`. */
export const isSelectable = (field: string): field is Field => Object.hasOwn(letters, field);

/** A selection as short ASCII text, such as `jobEvents,s,t,dbody`: names have neither commas nor blanks. */
export function packSelection({ name, fields }: EventSelection): string {
  return [name, ...fields.map(({ name: alias, field }) => letters[field] + (alias === field ? '' : alias))].join(',');
}

function unpackSelection(packed: string): EventSelection {
  const [name = '', ...fields] = packed.split(',');
  return {
    name,
    fields: fields.flatMap((text) => {
      const field = fieldOf.get(text.charAt(0) as (typeof letters)[Field]);
      return field ? [{ name: text.slice(1) || field, field }] : [];
    }),
  };
}

/** What a stream says of itself, as an event that is in no log: a client's cursor was none of the log, or it must subscribe anew. */
export type StreamNotice =
  | { type: 'reset'; job: Job; time: string }
  | { type: 'reconnect'; job: string; seq: number; time: string };

/** The result of a subscription for one event: the library's answer, without the library. */
export function shapeEvent(event: JobEvent | StreamNotice, packed: string): { data: Record<string, Json> } {
  const { name, fields } = unpackSelection(packed);
  const flat = flatten(event);
  return { data: { [name]: Object.fromEntries(fields.map((field) => [field.name, flat[field.field] ?? null])) } };
}

function flatten(event: JobEvent | StreamNotice): Partial<Record<Field, Json>> {
  const frame = { __typename: 'JobEvent', type: event.type, time: event.time, truncated: false };
  if (event.type === 'reset') {
    return {
      ...frame,
      seq: 0,
      prevSeq: 0,
      job: event.job.id,
      status: event.job.status,
      data: { job: toJson(event.job) },
    };
  }
  if (event.type === 'reconnect') return { ...frame, seq: event.seq, prevSeq: event.seq, job: event.job };
  const { id, seq, prevSeq, job, data, truncated = false, url } = event;
  const { run, status } = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
  return {
    ...frame,
    id,
    seq,
    prevSeq,
    job,
    truncated,
    ...(data !== undefined && { data }),
    ...(url !== undefined && { url }),
    ...(run !== undefined && { run }),
    ...(status !== undefined && { status }),
  };
}

/** A job is JSON, with nothing undefined in it. */
const toJson = (job: Job): Json => job as unknown as Json;
