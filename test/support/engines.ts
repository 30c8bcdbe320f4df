import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { buildApp } from 'fauxqs';
import { indexes } from '../../lambdas/aws/keys.ts';

const tableName = 'jobs';
const bucket = 'payloads';
const region = 'us-east-1';

/** A post to a connection, as the WebSocket API's callback address got it. */
export interface Post {
  connection: string;
  message: Record<string, unknown>;
}

/** Table, queues, bucket and secrets of a stack, for tests that run its functions in their own process. */
export interface Engines {
  /** What the functions' environment must hold. */
  env: Record<string, string>;
  /** Everything posted to WebSocket connections, in order. */
  posts: Post[];
  queueUrl(name: string): string;
  createQueue(name: string, attributes?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts dynalite, fauxqs, and stand-ins for Secrets Manager and the WebSocket API's callback address. */
export async function startEngines(): Promise<Engines> {
  const dynalite: (options: object) => Server = createRequire(import.meta.url)('dynalite');
  const table = dynalite({ createTableMs: 0 });
  const queues = buildApp({ logger: false });
  const posts: Post[] = [];
  const secrets = createServer((_, response) => response.end(JSON.stringify({ SecretString: 'a secret for tests' })));
  const callback = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const connection = decodeURIComponent(request.url?.split('/@connections/')[1] ?? '');
      if (request.method === 'POST') posts.push({ connection, message: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end();
    });
  });
  const tableUrl = await listen(table);
  const queuesUrl = await queues.listen({ port: 0, host: '127.0.0.1' });
  const env = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: tableUrl,
    AWS_ENDPOINT_URL_SQS: queuesUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await listen(secrets),
    TABLE_NAME: tableName,
    BUCKET_URL: `${queuesUrl}/${bucket}`,
    QUEUE_URL_PREFIX: `${queuesUrl}/000000000000/stack-`,
    JOB_SECRET_ARN: 'job-secret',
    TOKEN_SECRET_ARN: 'token-secret',
    WEBHOOK_SECRET_ARN: 'webhook-secret',
    REST_URL: 'http://rest.test/v1',
    LIVE_URL: 'ws://live.test/live',
    LIVE_CALLBACK_URL: `${await listen(callback)}/live`,
    CONSOLE_URL: 'http://console.test',
    ENVIRONMENT: 'test',
    STREAM_SECONDS: '60',
    ALLOW_LOOPBACK: '1',
    JOBS_PER_WINDOW: '1000000',
    SERVICE: 'test',
  };
  await createTable(tableUrl);
  await queues.inject({ method: 'PUT', url: `/${bucket}` });
  return {
    env,
    posts,
    queueUrl: (name) => `${env.QUEUE_URL_PREFIX}${name}`,
    async createQueue(name, attributes = {}) {
      await queues.inject({
        method: 'POST',
        url: '/',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.CreateQueue' },
        payload: JSON.stringify({ QueueName: `stack-${name}`, Attributes: attributes }),
      });
    },
    async stop() {
      for (const server of [table, secrets, callback]) {
        server.closeAllConnections?.();
        server.close();
      }
      await queues.close();
    },
  };
}

async function createTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const keys = [
    { partition: 'pk', sort: 'sk' },
    ...Object.values(indexes).map(({ partition, sort }) => ({ partition, sort })),
  ];
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys
        .flatMap(({ partition, sort }) => [partition, sort])
        .map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: Object.values(indexes).map(({ name, partition, sort }) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: partition, KeyType: 'HASH' },
          { AttributeName: sort, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  );
  client.destroy();
}
