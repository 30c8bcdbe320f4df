import { limits } from '../protocol/limits.ts';
import type { Access } from './access.ts';
import type { FunctionName } from './functions.ts';

/** What sets one function apart from another. */
export interface FunctionSettings {
  /** CPU comes with memory: 512 MB load a bundle of the SDK's clients in a third of a second. */
  memoryMb: number;
  /** API Gateway waits 29 s for an answer and no longer. */
  timeoutSeconds: number;
  access: Access;
}

/** Long polls wait up to 25 s; this is that and what reading takes. */
const longestAnswerSeconds = 29;

const payloads = { jobs: ['GetObject', 'PutObject'] } as const;

/** Whatever a client may ask for in GraphQL, which is what it may ask for in REST. */
const graphqlAccess: Access = {
  table: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  indexes: ['jobs-by-tenant', 'deliveries'],
  objects: { ...payloads, uploads: ['GetObject'] },
  secrets: ['job', 'webhook'],
  queues: ['SendMessage', 'GetQueueAttributes'],
  deliveries: true,
  connections: true,
};

/** Every function's size and its access, by name. A test compares it with the template, action for action. */
export const functionSettings: Record<FunctionName, FunctionSettings> = {
  authorize: {
    memoryMb: 512,
    timeoutSeconds: 10,
    access: { table: ['GetItem', 'PutItem'], secrets: ['token'] },
  },
  'issue-token': { memoryMb: 256, timeoutSeconds: 10, access: { secrets: ['token'] } },
  'create-upload': { memoryMb: 256, timeoutSeconds: 10, access: { objects: { uploads: ['PutObject'] } } },
  'submit-job': {
    memoryMb: 512,
    timeoutSeconds: longestAnswerSeconds,
    access: {
      table: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
      indexes: ['dead-letters'],
      objects: { ...payloads, uploads: ['GetObject'] },
      secrets: ['job'],
      queues: ['SendMessage', 'GetQueueAttributes'],
    },
  },
  'read-job': {
    memoryMb: 512,
    timeoutSeconds: longestAnswerSeconds,
    access: {
      table: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem', 'DeleteItem'],
      indexes: ['jobs-by-tenant'],
      objects: { jobs: ['GetObject'] },
      secrets: ['job'],
      queues: ['SendMessage', 'GetQueueAttributes'],
      connections: true,
      deliveries: true,
    },
  },
  'cancel-job': {
    memoryMb: 256,
    timeoutSeconds: longestAnswerSeconds,
    access: {
      table: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'],
      objects: { jobs: ['GetObject'] },
      secrets: ['job'],
      connections: true,
      deliveries: true,
    },
  },
  'stream-job': {
    // Mostly asleep between two queries, and billed all the while.
    memoryMb: 256,
    timeoutSeconds: longestAnswerSeconds,
    access: { table: ['GetItem', 'Query'], objects: { jobs: ['GetObject'] } },
  },
  'dead-letters': {
    memoryMb: 256,
    timeoutSeconds: longestAnswerSeconds,
    access: { table: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'], indexes: ['dead-letters'] },
  },
  'describe-service': { memoryMb: 256, timeoutSeconds: 10, access: {} },
  'bury-job': {
    memoryMb: 256,
    timeoutSeconds: 30,
    access: {
      table: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'],
      objects: { jobs: ['GetObject'] },
      secrets: ['job'],
      connections: true,
      deliveries: true,
    },
  },
  live: {
    memoryMb: 512,
    timeoutSeconds: longestAnswerSeconds,
    access: {
      table: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      objects: { ...payloads, uploads: ['GetObject'] },
      secrets: ['job'],
      queues: ['SendMessage'],
      connections: true,
      deliveries: true,
      functions: ['graphql'],
    },
  },
  'tend-connections': {
    memoryMb: 256,
    timeoutSeconds: 50,
    access: {
      table: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      indexes: ['due'],
      connections: true,
    },
  },
  'manage-webhooks': {
    memoryMb: 256,
    timeoutSeconds: longestAnswerSeconds,
    access: {
      table: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      indexes: ['deliveries'],
      secrets: ['job', 'webhook'],
      deliveries: true,
    },
  },
  'deliver-webhook': {
    memoryMb: 256,
    // A receiver has 15 s; the rest is for the table before and after it.
    timeoutSeconds: 40,
    access: {
      table: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      indexes: ['due'],
      secrets: ['job', 'webhook'],
      deliveries: true,
    },
  },
  'bury-delivery': {
    memoryMb: 256,
    timeoutSeconds: 30,
    access: { table: ['GetItem', 'PutItem'], secrets: ['job'] },
  },
  'release-deliveries': {
    memoryMb: 256,
    timeoutSeconds: 55,
    access: {
      table: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      indexes: ['due'],
      secrets: ['job'],
      deliveries: true,
    },
  },
  'end-overdue-jobs': {
    memoryMb: 256,
    timeoutSeconds: 55,
    access: {
      table: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      indexes: ['due'],
      objects: { jobs: ['GetObject'] },
      secrets: ['job'],
      queues: ['SendMessage'],
      connections: true,
      deliveries: true,
    },
  },
  // More than API Gateway waits for it, which tells the end of its patience as a 504, but a function's end as a 500; less
  // than `live` does, which learns from that end what became of an operation.
  graphql: { memoryMb: 512, timeoutSeconds: limits.maxGraphqlSeconds + 1, access: graphqlAccess },
  'stream-graphql': { memoryMb: 512, timeoutSeconds: longestAnswerSeconds, access: graphqlAccess },
};

/** What a job type's worker may do; taking messages from its own queue comes with its event source. */
export const workerAccess: Access = {
  table: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'],
  objects: { ...payloads, uploads: ['GetObject'] },
  secrets: ['job'],
  connections: true,
  deliveries: true,
};
