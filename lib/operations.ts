import type { Operation } from '../protocol/routes.ts';
import type { FunctionName } from './functions.ts';

/** Which function answers which operation of the REST API. */
export const operationFunctions: Record<Operation, FunctionName> = {
  describeService: 'describe-service',
  checkHealth: 'describe-service',
  getOpenApi: 'describe-service',
  getAsyncApi: 'describe-service',
  describeProblem: 'describe-service',
  listTypes: 'describe-service',
  issueToken: 'issue-token',
  createUpload: 'create-upload',
  submitJob: 'submit-job',
  submitBatch: 'submit-job',
  retryJob: 'submit-job',
  redriveDeadLetters: 'submit-job',
  listJobs: 'read-job',
  getJob: 'read-job',
  cancelJob: 'cancel-job',
  listEvents: 'stream-job',
  getEvent: 'stream-job',
  listDeadLetters: 'dead-letters',
  clearDeadLetters: 'dead-letters',
  createWebhook: 'manage-webhooks',
  listWebhooks: 'manage-webhooks',
  getWebhook: 'manage-webhooks',
  changeWebhook: 'manage-webhooks',
  deleteWebhook: 'manage-webhooks',
  rotateWebhookSecret: 'manage-webhooks',
  testWebhook: 'manage-webhooks',
  recoverWebhook: 'manage-webhooks',
  listDeliveries: 'manage-webhooks',
  listJobDeliveries: 'manage-webhooks',
  redeliver: 'manage-webhooks',
  getSigningSecret: 'manage-webhooks',
  rotateSigningSecret: 'manage-webhooks',
  executeGraphql: 'graphql',
  streamGraphql: 'stream-graphql',
  openGraphqlStream: 'stream-graphql',
};

/** Operations that also take a token in the query, because a browser's EventSource cannot set headers. */
export const queryTokenOperations: ReadonlySet<Operation> = new Set([
  'listEvents',
  'streamGraphql',
  'openGraphqlStream',
]);
