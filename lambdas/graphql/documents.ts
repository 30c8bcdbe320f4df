import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { env } from '../env.ts';
import { limitFaults } from './document-limits.ts';
import type { GraphqlRequest } from './read-graphql-request.ts';
import { schema } from './schema.ts';

/** Documents that have been found good, by the SHA-256 of their text; the one that was used longest ago goes first. */
const known = new Map<string, DocumentNode>();

/**
 * The document of a request, parsed and found good: its text, or one that this environment has met before, by its hash
 * alone (`documentId`, or `persistedQuery` as Apollo has it). Clients that are told `unknown-document` send the text.
 */
export function findDocument({ query, hash }: GraphqlRequest): { document: DocumentNode } | { faults: GraphQLError[] } {
  const name = query === undefined ? hash : sha256(query);
  if (query !== undefined && hash !== undefined && hash !== name) {
    const detail = 'Cannot take the document: it has another SHA-256 than the one that came with it';
    return { faults: [refusal('invalid-document', detail)] };
  }
  const document = known.get(name ?? '') ?? (query === undefined ? undefined : read(query));
  // The very words that clients with persisted documents wait for.
  if (!document) return { faults: [refusal('unknown-document', 'PersistedQueryNotFound')] };
  if ('faults' in document) return document;
  // What is parsed takes up to thirty times its text.
  if (query === undefined || Buffer.byteLength(query) <= limits.maxGraphqlKnownDocumentBytes)
    keep(name ?? '', document);
  return { document };
}

function refusal(code: 'invalid-document' | 'unknown-document', message: string): GraphQLError {
  return new GraphQLError(message, { originalError: new ApiError(code, message) });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function read(query: string): DocumentNode | { faults: GraphQLError[] } {
  try {
    const document = parse(query, { maxTokens: limits.maxGraphqlTokens });
    const isClosed = env('GRAPHQL_INTROSPECTION') !== '1';
    const rules = isClosed ? [...specifiedRules, NoSchemaIntrospectionCustomRule] : specifiedRules;
    const faults = validate(schema, document, rules, { maxErrors: limits.maxListedErrors });
    if (faults.length > 0) return { faults: isClosed ? faults.map(withoutHint) : [...faults] };
    const found = limitFaults(document);
    return found.length > 0 ? { faults: found } : document;
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return { faults: [thrown] };
    throw thrown;
  }
}

/** Names of fields are told to nobody who may not see the schema. */
function withoutHint({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message.replace(/ Did you mean .*$/s, ''), { nodes });
}

function keep(name: string, document: DocumentNode): void {
  known.delete(name);
  known.set(name, document);
  const [oldest] = known.keys();
  if (known.size > limits.maxGraphqlDocuments && oldest !== undefined) known.delete(oldest);
}
