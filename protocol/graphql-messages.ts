import { limits } from './limits.ts';
import { parseJson } from './parse-json.ts';
import type { Json } from './types.ts';

/** What a client may send with `graphql-transport-ws` (enisdenjo/graphql-ws, PROTOCOL.md). */
export type GraphqlClientMessage =
  | { type: 'connection_init' }
  | { type: 'ping' }
  | { type: 'pong' }
  | { type: 'subscribe'; id: string; payload: { [field: string]: Json } }
  | { type: 'complete'; id: string };

/** What the server sends with `graphql-transport-ws`. A `ping` whose payload says `reconnect` announces the end. */
export type GraphqlServerMessage =
  | { type: 'connection_ack' }
  | { type: 'ping'; payload: { reconnect: true } }
  | { type: 'pong' }
  | { type: 'next'; id: string; payload: object }
  | { type: 'error'; id: string; payload: object[] }
  | { type: 'complete'; id: string };

/**
 * One message of a client, or undefined for what is none of the protocol, after which the connection is closed.
 * @throws {ApiError} `malformed-json`
 */
export function parseGraphqlMessage(text: string): GraphqlClientMessage | undefined {
  const message = parseJson(text, 'this message');
  if (!isObject(message)) return undefined;
  const { type, id, payload } = message;
  switch (type) {
    case 'connection_init':
    case 'ping':
    case 'pong':
      return payload === undefined || isObject(payload) || payload === null ? { type } : undefined;
    case 'subscribe':
      return isId(id) && isObject(payload) ? { type, id, payload } : undefined;
    case 'complete':
      return isId(id) ? { type, id } : undefined;
    default:
      return undefined;
  }
}

function isObject(value: Json | undefined): value is { [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name that a map and a table can hold, and no longer than what is kept. */
function isId(value: Json | undefined): value is string {
  const isText = typeof value === 'string' && value.length > 0 && value.length <= limits.maxSubscriptionIdLength;
  return isText && value !== '__proto__' && value.isWellFormed();
}
