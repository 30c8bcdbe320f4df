import type { Scope } from './types.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface Route {
  method: Method;
  /** Below the REST address, with `{name}` for what varies. */
  path: string;
  /** What the credential must allow; `any` is any good credential, `none` needs none. */
  scope: Scope | 'any' | 'none';
}

const define = <Operation extends string>(routes: Record<Operation, Route>) => routes;

/** Every REST address by the name of its operation. The API, the scope checks, OpenAPI and the tests read this table. */
export const routes = define({
  describeService: { method: 'GET', path: '/', scope: 'none' },
  checkHealth: { method: 'GET', path: '/health', scope: 'none' },
  getOpenApi: { method: 'GET', path: '/openapi.json', scope: 'none' },
  getAsyncApi: { method: 'GET', path: '/asyncapi.json', scope: 'none' },
  describeProblem: { method: 'GET', path: '/problems/{code}', scope: 'none' },
  listTypes: { method: 'GET', path: '/types', scope: 'jobs:read' },
  issueToken: { method: 'POST', path: '/tokens', scope: 'any' },
  createUpload: { method: 'POST', path: '/uploads', scope: 'jobs:write' },
  submitJob: { method: 'POST', path: '/jobs', scope: 'jobs:write' },
  submitBatch: { method: 'POST', path: '/jobs/batch', scope: 'jobs:write' },
  listJobs: { method: 'GET', path: '/jobs', scope: 'jobs:read' },
  getJob: { method: 'GET', path: '/jobs/{id}', scope: 'jobs:read' },
  cancelJob: { method: 'POST', path: '/jobs/{id}/cancel', scope: 'jobs:write' },
  retryJob: { method: 'POST', path: '/jobs/{id}/retry', scope: 'jobs:write' },
  listEvents: { method: 'GET', path: '/jobs/{id}/events', scope: 'jobs:read' },
  getEvent: { method: 'GET', path: '/jobs/{id}/events/{seq}', scope: 'jobs:read' },
  listDeadLetters: { method: 'GET', path: '/dead-letters', scope: 'admin' },
  redriveDeadLetters: { method: 'POST', path: '/dead-letters/redrive', scope: 'admin' },
  clearDeadLetters: { method: 'DELETE', path: '/dead-letters', scope: 'admin' },
  createWebhook: { method: 'POST', path: '/webhooks', scope: 'webhooks:write' },
  listWebhooks: { method: 'GET', path: '/webhooks', scope: 'webhooks:read' },
  getWebhook: { method: 'GET', path: '/webhooks/{id}', scope: 'webhooks:read' },
  changeWebhook: { method: 'PATCH', path: '/webhooks/{id}', scope: 'webhooks:write' },
  deleteWebhook: { method: 'DELETE', path: '/webhooks/{id}', scope: 'webhooks:write' },
  rotateWebhookSecret: { method: 'POST', path: '/webhooks/{id}/rotate-secret', scope: 'webhooks:write' },
  testWebhook: { method: 'POST', path: '/webhooks/{id}/test', scope: 'webhooks:write' },
  recoverWebhook: { method: 'POST', path: '/webhooks/{id}/recover', scope: 'webhooks:write' },
  listDeliveries: { method: 'GET', path: '/webhooks/{id}/deliveries', scope: 'webhooks:read' },
  listJobDeliveries: { method: 'GET', path: '/jobs/{id}/deliveries', scope: 'webhooks:read' },
  redeliver: { method: 'POST', path: '/deliveries/{id}/redeliver', scope: 'webhooks:write' },
  getSigningSecret: { method: 'GET', path: '/signing-secret', scope: 'webhooks:write' },
  rotateSigningSecret: { method: 'POST', path: '/signing-secret/rotate', scope: 'webhooks:write' },
  executeGraphql: { method: 'POST', path: '/graphql', scope: 'any' },
  streamGraphql: { method: 'POST', path: '/graphql/stream', scope: 'any' },
  openGraphqlStream: { method: 'GET', path: '/graphql/stream', scope: 'any' },
});

export type Operation = keyof typeof routes;
