import { expect, test } from 'vitest';
import { grantedStatements } from './granted-statements.ts';
import { resourcesOf, sampleTypes } from './sample-stack.ts';

const log = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const consume = [
  'sqs:ReceiveMessage',
  'sqs:ChangeMessageVisibility',
  'sqs:GetQueueUrl',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
];
const table = (...actions: string[]) => actions.map((action) => `dynamodb:${action}`);
const send = ['sqs:SendMessage', 'sqs:GetQueueAttributes'];
const read = ['s3:GetObject', 's3:ListBucket'];
const secret = 'secretsmanager:GetSecretValue';
const post = 'execute-api:ManageConnections';
const queueDelivery = 'sqs:SendMessage';
const run = [
  ...table('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
  ...read,
  's3:PutObject',
  secret,
  post,
  queueDelivery,
];

/** GraphQL does what REST does. */
const graphqlActions = [
  ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
  ...read,
  's3:PutObject',
  secret,
  ...send,
  post,
  queueDelivery,
];

/** What each function may do: a list of its own, so that a grant more or less is seen by whoever reviews it. */
const expected: Record<string, string[]> = {
  authorize: [...table('GetItem', 'PutItem'), secret],
  'issue-token': [secret],
  'create-upload': ['s3:PutObject'],
  'submit-job': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    ...read,
    's3:PutObject',
    secret,
    ...send,
  ],
  'read-job': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'UpdateItem', 'DeleteItem'),
    ...read,
    secret,
    ...send,
    post,
    queueDelivery,
  ],
  'cancel-job': [...table('GetItem', 'Query', 'UpdateItem', 'DeleteItem'), ...read, secret, post, queueDelivery],
  'stream-job': [...table('GetItem', 'Query'), ...read],
  'dead-letters': table('GetItem', 'BatchGetItem', 'Query', 'UpdateItem'),
  'describe-service': [],
  'bury-job': [
    ...table('GetItem', 'Query', 'UpdateItem', 'DeleteItem'),
    ...read,
    secret,
    post,
    queueDelivery,
    ...consume,
  ],
  live: [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    ...read,
    's3:PutObject',
    secret,
    'sqs:SendMessage',
    post,
    'lambda:InvokeFunction',
  ],
  graphql: graphqlActions,
  'stream-graphql': graphqlActions,
  'tend-connections': [...table('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'), post],
  'manage-webhooks': [
    ...table('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    secret,
    queueDelivery,
  ],
  'deliver-webhook': [...table('GetItem', 'Query', 'PutItem', 'UpdateItem'), secret, queueDelivery, ...consume],
  'bury-delivery': [...table('GetItem', 'PutItem'), secret, ...consume],
  'release-deliveries': [...table('GetItem', 'Query', 'PutItem', 'UpdateItem'), secret, queueDelivery],
  'end-overdue-jobs': [
    ...table('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    ...read,
    secret,
    'sqs:SendMessage',
    post,
  ],
  'run-resize-image': [...run, ...consume],
  'run-ledger': [...run, ...consume],
};

const statementsOf = (name: string) => grantedStatements('prod', name);

const names = resourcesOf('prod', 'AWS::Lambda::Function').map(([, { Properties }]) =>
  String(Properties.FunctionName).slice('jobwire-prod-'.length),
);

test.each(names)('%s may do exactly what is listed here', (name) => {
  const actions = new Set(statementsOf(name).flatMap(({ Action }) => Action));
  expect([...actions].toSorted()).toEqual([...new Set([...log, ...(expected[name] ?? ['unlisted'])])].toSorted());
});

test.each(names)(
  '%s has no wildcard but objects below a prefix, its log’s streams and connections of the live stage',
  (name) => {
    for (const { Effect, Action, Resource } of statementsOf(name)) {
      expect(Effect).toBe('Allow');
      expect(JSON.stringify(Action)).not.toContain('*');
      for (const resource of [Resource].flat()) {
        const text = JSON.stringify(resource);
        if (text.includes('*'))
          expect(text).toMatch(/"\/(uploads|jobs)\/\*"|\/live\/(POST|GET|DELETE)\/@connections\/\*"/);
      }
    }
  },
);

test.each([
  ['read-job', ['jobs-by-tenant']],
  ['dead-letters', ['dead-letters']],
  ['tend-connections', ['due']],
  ['end-overdue-jobs', ['due']],
  ['manage-webhooks', ['deliveries']],
  ['deliver-webhook', ['due']],
  ['release-deliveries', ['due']],
  ['run-ledger', []],
])('%s may query the indexes %j alone', (name, indexes) => {
  const text = JSON.stringify(statementsOf(name));
  expect([...text.matchAll(/\/index\/([a-z-]+)/g)].map(([, index]) => index)).toEqual(indexes);
});

test('a worker may take messages from its own queue and no other', () => {
  for (const name of Object.keys(sampleTypes)) {
    const consumed = statementsOf(`run-${name}`).filter(({ Action }) => Action.includes('sqs:ReceiveMessage'));
    expect(consumed).toHaveLength(1);
    expect(JSON.stringify(consumed[0]?.Resource)).toContain(`Queue${name.replace('-', '')}Queue`);
  }
});

const secretsOf = (name: string) => {
  const texts = statementsOf(name)
    .filter(({ Action }) => [Action].flat().includes(secret))
    .map(({ Resource }) => JSON.stringify(Resource));
  return ['job', 'token', 'webhook'].filter((one) => texts.some((text) => text.includes(`"Secrets${one}`)));
};

test.each(names)('%s may read the secret that seals webhook secrets only where it sends or shows them', (name) => {
  const isTrusted = ['manage-webhooks', 'deliver-webhook', 'graphql', 'stream-graphql'].includes(name);
  expect(secretsOf(name).includes('webhook')).toBe(isTrusted);
});
