import { ApiError, type Fault, type ProblemDocument } from './errors.ts';
import { limits } from './limits.ts';
import { parseJson } from './parse-json.ts';
import type { Job, JobEvent, Json } from './types.ts';

/** The subprotocols of the WebSocket, the default one first. */
export const subprotocols = ['jobwire.v1', 'graphql-transport-ws'] as const;
export type Subprotocol = (typeof subprotocols)[number];

/** What a client may send with `jobwire.v1`. `id` names the subscription, and is the client's own choice. */
export type ClientMessage =
  | { type: 'subscribe'; id: string; job: string; after?: Json }
  | { type: 'unsubscribe'; id: string }
  | { type: 'submit'; id: string; job: { [key: string]: Json }; traceparent?: Json }
  | { type: 'cancel'; id: string; job: string }
  | { type: 'ping' };

/** What the server sends with `jobwire.v1`. */
export type ServerMessage =
  | { type: 'subscribed'; id: string; job: Job }
  | { type: 'reset'; id: string; job: Job }
  | { type: 'event'; id: string; event: JobEvent }
  | { type: 'complete'; id: string }
  | { type: 'accepted'; id: string; job: Job }
  | { type: 'pong' }
  | { type: 'reconnect' }
  | { type: 'error'; id?: string; error: ProblemDocument; retryAfterSeconds?: number };

type Fields = { [key: string]: Json };
type Shape = { [Field in 'id' | 'job' | 'after']?: 'string' | 'object' | 'cursor' };

const shapes: Record<ClientMessage['type'], Shape> = {
  subscribe: { id: 'string', job: 'string', after: 'cursor' },
  unsubscribe: { id: 'string' },
  submit: { id: 'string', job: 'object' },
  cancel: { id: 'string', job: 'string' },
  ping: {},
};

/**
 * One message of a client.
 * @throws {ApiError} `malformed-json`, or `invalid-message` with every wrong field.
 */
export function parseClientMessage(text: string): ClientMessage {
  const fields = parseObject(text);
  const shape = shapeOf(fields.type);
  const errors = Object.entries(shape).flatMap(([field, kind]) => faultsOf(fields[field], `/${field}`, kind));
  if (errors.length > 0)
    throw new ApiError('invalid-message', `Cannot take this message: ${fields.type} has a wrong field`, { errors });
  return fields as ClientMessage;
}

/** The `id` of a message that could not be taken, where it has one that can be sent back. */
export function subscriptionIdOf(text: string): string | undefined {
  try {
    const { id } = JSON.parse(text);
    return faultsOf(id, '/id', 'string').length === 0 ? id : undefined;
  } catch {
    return undefined;
  }
}

function parseObject(text: string): Fields {
  const value = parseJson(text, 'this message');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ApiError('invalid-message', 'Cannot take this message: it is no JSON object');
}

function shapeOf(type: Json | undefined): Shape {
  if (typeof type === 'string' && Object.hasOwn(shapes, type)) return shapes[type as ClientMessage['type']];
  const known = Object.keys(shapes).join(', ');
  const errors = [{ pointer: '/type', detail: `must be one of ${known}` }];
  throw new ApiError('invalid-message', `Cannot take this message: its type must be one of ${known}`, { errors });
}

function faultsOf(value: Json | undefined, pointer: string, kind: Shape['id']): Fault[] {
  if (kind === 'cursor') return []; // Whatever is no cursor of this log earns a reset, never a refusal.
  if (kind === 'object') {
    const fits = typeof value === 'object' && value !== null && !Array.isArray(value);
    return fits ? [] : [{ pointer, detail: 'must be an object' }];
  }
  const max = pointer === '/id' ? limits.maxSubscriptionIdLength : limits.maxIdLength;
  if (typeof value !== 'string' || value.length === 0 || value.length > max)
    return [{ pointer, detail: `must be a string of 1 to ${max} characters` }];
  // A name that no map, or no table, can hold is refused, rather than lost.
  if (value === '__proto__' || !value.isWellFormed()) return [{ pointer, detail: 'must be another string' }];
  return [];
}
