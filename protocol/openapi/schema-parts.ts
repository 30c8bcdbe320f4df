import type { Json } from '../types.ts';

export type Schema = { [name: string]: Json };

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object of an answer: more may be added to it later. */
export const open = (required: string[], properties: Schema): Schema => ({ type: 'object', required, properties });

/** An object of a request: nothing else is taken. */
export const closed = (required: string[], properties: Schema): Schema => ({
  type: 'object',
  ...(required.length > 0 && { required }),
  properties,
  additionalProperties: false,
});

export const time: Schema = { type: 'string', format: 'date-time', description: 'RFC 3339, UTC, milliseconds' };
export const url: Schema = { type: 'string', format: 'uri' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const pageOf = (items: Schema): Schema =>
  open(['items'], {
    items: listOf(items),
    next: { type: 'string', description: 'Where the next page starts: good as `page`. Absent on the last one.' },
  });
