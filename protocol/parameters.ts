import { jobStatuses } from './lifecycle.ts';
import { limits } from './limits.ts';
import type { Operation } from './routes.ts';
import { deliveryStatuses } from './webhooks.ts';

/** One query parameter: what it means and what it may be. */
export interface QueryParameter {
  description: string;
  kind: 'integer' | 'text' | 'choice';
  /** Of an integer. */
  minimum?: number;
  maximum?: number;
  /** Of a text, in characters. */
  maxLength?: number;
  choices?: readonly string[];
}

const limit: QueryParameter = {
  description: `Entries on one page; ${limits.defaultPageSize} where it is left out.`,
  kind: 'integer',
  minimum: 1,
  maximum: limits.maxPageSize,
};
const page: QueryParameter = {
  description: 'The `next` of the page before.',
  kind: 'text',
  maxLength: limits.maxPageTokenLength,
};
const type: QueryParameter = {
  description: 'Only jobs of this type.',
  kind: 'text',
  maxLength: limits.maxIdLength,
};

const deliveryStatus: QueryParameter = {
  description: 'Only deliveries in this state.',
  kind: 'choice',
  choices: deliveryStatuses,
};

const accessToken: QueryParameter = {
  description: 'An access token, for clients that cannot set a header.',
  kind: 'text',
};
const graphqlText = (description: string): QueryParameter => ({ description, kind: 'text' });

/** The query parameters of each operation; an operation that is not here takes none, and another name is refused. */
export const queryParameters: Partial<Record<Operation, Record<string, QueryParameter>>> = {
  listJobs: {
    type,
    status: { description: 'Only jobs in this state.', kind: 'choice', choices: jobStatuses },
    limit,
    page,
  },
  listEvents: {
    after: { description: 'A cursor: only events with a higher `seq`.', kind: 'text' },
    limit: {
      description: `Events on one page; ${limits.defaultEventPageSize} where it is left out.`,
      kind: 'integer',
      minimum: 1,
      maximum: limits.maxEventPageSize,
    },
    access_token: accessToken,
  },
  streamGraphql: { access_token: accessToken },
  openGraphqlStream: {
    query: graphqlText('The document: a query or a subscription.'),
    documentId: graphqlText('Or its SHA-256 in hex, after `sha256:`, where it has been sent before.'),
    operationName: graphqlText('Which operation of the document is meant.'),
    variables: graphqlText('A JSON object.'),
    extensions: graphqlText('A JSON object.'),
    access_token: accessToken,
  },
  listDeadLetters: { type, limit, page },
  clearDeadLetters: { type },
  listWebhooks: { limit, page },
  listDeliveries: { status: deliveryStatus, limit, page },
  listJobDeliveries: { status: deliveryStatus, limit, page },
};
