import { ApiError } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/types.ts';
import { isObject, type JsonObject, kindOf } from '../core/read-fields.ts';

/** What a client asks ("GraphQL over HTTP", section "Request parameters"). */
export interface GraphqlRequest {
  /** The document's text. */
  query?: string;
  /** SHA-256 of a document, in hex: `documentId`, or Apollo's `persistedQuery`. */
  hash?: string;
  operationName?: string;
  variables?: JsonObject;
  /** Of the extensions: where the WebSocket's clients name the trace that an operation belongs to. */
  traceparent?: string;
}

/** Reads a body, a query string's fields, or the payload of a `subscribe`. Throws `invalid-document`. */
export function readGraphqlRequest(body: Json): GraphqlRequest {
  if (!isObject(body)) throw refuse(`it is ${kindOf(body)}, it must be one object: there are no batches`);
  const query = optional(body, 'query', isText);
  const operationName = optional(body, 'operationName', isText);
  const variables = optional(body, 'variables', isObject);
  const extensions = optional(body, 'extensions', isObject);
  const hash = hashOf(body.documentId ?? undefined) ?? hashOf(persistedQuery(extensions));
  if (query === undefined && hash === undefined) throw refuse('it has no document, `query` must hold it');
  return {
    ...(query !== undefined && { query }),
    ...(hash !== undefined && { hash }),
    ...(operationName !== undefined && { operationName }),
    ...(variables !== undefined && { variables }),
    ...(isText(extensions?.traceparent) && { traceparent: extensions.traceparent }),
  };
}

const isText = (value: Json | undefined): value is string => typeof value === 'string';

function optional<Value extends Json>(
  body: JsonObject,
  name: string,
  isFit: (value: Json | undefined) => value is Value,
): Value | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || isFit(value)) return value;
  throw refuse(`its ${name} is ${kindOf(value)}, it must be ${isFit('') ? 'a string' : 'an object'}`);
}

function persistedQuery(extensions: JsonObject | undefined): Json | undefined {
  const given = extensions?.persistedQuery ?? undefined;
  if (given === undefined) return undefined;
  return isObject(given) && given.version === 1 ? (given.sha256Hash ?? null) : null;
}

function hashOf(given: Json | undefined): string | undefined {
  if (given === undefined) return undefined;
  const [, hash] = (typeof given === 'string' && /^(?:sha256:)?([0-9a-f]{64})$/.exec(given)) || [];
  if (hash !== undefined) return hash;
  throw refuse('it names a document by something else than its SHA-256 in hex');
}

function refuse(fault: string): ApiError {
  return new ApiError('invalid-document', `Cannot take the request: ${fault}`);
}
