import { open, type Schema } from './schema-parts.ts';

/** What GraphQL over HTTP asks and answers; what stands in it is GraphQL's own, which introspection shows. */
export const graphqlSchemas: Record<string, Schema> = {
  GraphqlRequest: open([], {
    query: { type: 'string', description: 'The document. May be left out where its hash is known here.' },
    documentId: { type: 'string', pattern: '^(sha256:)?[0-9a-f]{64}$', description: 'The SHA-256 of the document' },
    operationName: { type: ['string', 'null'] },
    variables: { type: ['object', 'null'] },
    extensions: { type: ['object', 'null'], description: '`persistedQuery` as Apollo has it, beside others' },
  }),
  GraphqlResult: open([], {
    data: { type: ['object', 'null'] },
    errors: {
      type: 'array',
      items: open(['message'], {
        message: { type: 'string' },
        path: { type: 'array', items: { type: ['string', 'integer'] } },
        extensions: open(['code', 'status', 'requestId'], {
          code: { type: 'string', description: 'A problem code' },
          status: { type: 'integer' },
          requestId: { type: 'string' },
        }),
      }),
    },
  }),
};
