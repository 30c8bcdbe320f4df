// The thread of fauxqs. What S3 would refuse and fauxqs does not (unsigned, expired and altered requests, requests of
// other origins) is refused here, before it.
import { parentPort } from 'node:worker_threads';
import { buildApp } from 'fauxqs';
import type { EngineReply } from '../engine-thread.ts';
import { localSecretKey } from '../local-credentials.ts';
import { type CorsRule, corsHeaders } from './cors.ts';
import { type Refusal, refusePresigned } from './presigned-url.ts';
import type { QueueAndBucketNeeds } from './sqs-and-s3.ts';

/** Bytes of an object: it is kept in memory. */
const maxObjectBytes = 256 * 1024 * 1024;

const app = buildApp({ logger: false });
const corsRules = new Map<string, CorsRule[]>();
const queues = new Set<string>();

app.removeContentTypeParser('*');
app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxObjectBytes }, (_request, body, done) =>
  done(null, body),
);

app.addHook('onRequest', async ({ raw, method, headers }, reply) => {
  const url = raw.url ?? '/';
  // Queues, which have no CORS and whose callers are the stack's own functions.
  if (url === '/') return;
  const allowed = allowOrigin(method, url, headers);
  if (allowed !== undefined) reply.headers(allowed);
  if (method === 'OPTIONS') return reply.code(allowed === undefined ? 403 : 200).send();
  if (Number(headers['content-length']) > maxObjectBytes) {
    return reply
      .code(413)
      .type('application/xml')
      .send(errorXml('EntityTooLarge', `The local server takes objects of up to ${maxObjectBytes} bytes`));
  }
  const refusal = refuse({ method, url, headers });
  if (refusal !== undefined)
    return reply.code(403).type('application/xml').send(errorXml(refusal.code, refusal.message));
});

parentPort?.on('message', (needs: QueueAndBucketNeeds) => {
  prepare(needs).then(
    () => reply({ kind: 'prepared' }),
    (error: Error) => reply({ kind: 'failed', message: error.message }),
  );
});

const address = await app.listen({ port: 0, host: '127.0.0.1' });
reply({ kind: 'listening', port: Number(new URL(address).port) });

type Headers = Record<string, string | string[] | undefined>;

function allowOrigin(method: string, url: string, headers: Headers): Record<string, string> | undefined {
  const { origin } = headers;
  const rules = corsRules.get(url.split(/[/?]/)[1] ?? '');
  if (typeof origin !== 'string' || rules === undefined) return undefined;
  if (method !== 'OPTIONS') return corsHeaders(rules, { origin, method, headers: [] });
  const wanted = String(headers['access-control-request-headers'] ?? '').toLowerCase();
  return corsHeaders(rules, {
    origin,
    method: String(headers['access-control-request-method']),
    headers: wanted
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  });
}

function refuse(request: { method: string; url: string; headers: Headers }): Refusal | undefined {
  if (request.url.includes('X-Amz-Signature=')) return refusePresigned(request, localSecretKey, new Date());
  return request.headers.authorization === undefined ? { code: 'AccessDenied', message: 'Access Denied' } : undefined;
}

async function prepare({ queues: needed, buckets }: QueueAndBucketNeeds): Promise<void> {
  for (const { name, corsRules: rules } of buckets) {
    if (!corsRules.has(name)) await inject('PUT', `/${name}`, { authorization: 'local' });
    corsRules.set(name, rules);
  }
  for (const { name, attributes } of needed) {
    if (queues.has(name))
      await callSqs('SetQueueAttributes', { QueueUrl: `http://local/${name}`, Attributes: settable(attributes) });
    else await callSqs('CreateQueue', { QueueName: name, Attributes: attributes });
    queues.add(name);
  }
}

/** What a queue is cannot change while it lives. */
function settable({ FifoQueue: _, ...attributes }: Record<string, string>): Record<string, string> {
  return attributes;
}

function callSqs(operation: string, input: object): Promise<void> {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
  return inject('POST', '/', headers, JSON.stringify(input));
}

async function inject(
  method: 'POST' | 'PUT',
  url: string,
  headers: Record<string, string>,
  payload = '',
): Promise<void> {
  const { statusCode, body } = await app.inject({ method, url, headers, payload });
  if (statusCode >= 300)
    throw new Error(`Cannot prepare the local SQS and S3: ${method} ${url} answered ${statusCode} ${body}`);
}

function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

function reply(message: EngineReply): void {
  parentPort?.postMessage(message);
}
