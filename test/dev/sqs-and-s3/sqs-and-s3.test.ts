import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localCredentials } from '../../../dev/local-credentials.ts';
import { type SqsAndS3, startSqsAndS3 } from '../../../dev/sqs-and-s3/sqs-and-s3.ts';
import { presign } from '../../../lambdas/aws/signed-request.ts';
import { sampleAssembly } from '../sample-assembly.ts';

let service: SqsAndS3;
const resources = (visibilitySeconds: number) => ({
  Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead.fifo', FifoQueue: true } },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: 'live.fifo',
      FifoQueue: true,
      VisibilityTimeout: visibilitySeconds,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 7 },
    },
  },
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'payloads',
      CorsConfiguration: {
        CorsRules: [
          { AllowedMethods: ['PUT'], AllowedOrigins: ['https://*.example.com'], AllowedHeaders: ['*'], MaxAge: 60 },
        ],
      },
    },
  },
});

beforeAll(async () => {
  service = await startSqsAndS3((error) => {
    throw error;
  });
  await service.createQueuesAndBuckets(sampleAssembly({ resources: resources(30) }));
});
afterAll(() => service.stop());

async function queueAttributes(name: string): Promise<Record<string, string>> {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.GetQueueAttributes' },
    body: JSON.stringify({ QueueUrl: `${service.url}/000000000000/${name}`, AttributeNames: ['All'] }),
  });
  const { Attributes } = (await response.json()) as { Attributes: Record<string, string> };
  return Attributes;
}

describe('createQueuesAndBuckets()', () => {
  test('makes queues with the attributes of the template, and changes them at the next load', async () => {
    expect(await queueAttributes('live.fifo')).toMatchObject({
      FifoQueue: 'true',
      VisibilityTimeout: '30',
      RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":7}',
    });
    await service.createQueuesAndBuckets(sampleAssembly({ resources: resources(45) }));
    expect(await queueAttributes('live.fifo')).toMatchObject({ VisibilityTimeout: '45' });
  });
});

describe('the bucket', () => {
  interface SignOptions {
    headers?: Record<string, string>;
    secretKey?: string;
    signedAt?: Date;
  }
  const sign = (method: 'GET' | 'PUT', { headers = {}, secretKey, signedAt }: SignOptions = {}) => {
    Object.assign(process.env, localCredentials, secretKey !== undefined && { AWS_SECRET_ACCESS_KEY: secretKey });
    const url = `${service.url}/payloads/uploads/a%20b.csv`;
    return presign(method, url, { expiresInSeconds: 60, headers, ...(signedAt && { now: signedAt }) });
  };
  const put = async (url: string | Promise<string>, body: string, headers = {}) =>
    fetch(await url, { method: 'PUT', body, headers });
  const bent = async (url: Promise<string>, from: string, to: string) => (await url).replace(from, to);

  test('takes a presigned upload and gives it out by a presigned download', async () => {
    const url = await sign('PUT', { headers: { 'content-length': '5', 'content-type': 'text/csv' } });
    expect(await put(url, 'a,b\nc', { 'content-type': 'text/csv' })).toMatchObject({ status: 200 });
    expect(await (await fetch(await sign('GET'))).text()).toBe('a,b\nc');
  });

  test.each([
    [
      'of another size',
      () => put(sign('PUT', { headers: { 'content-length': '5' } }), 'a,b\ncd'),
      'SignatureDoesNotMatch',
    ],
    [
      'of another type',
      () => put(sign('PUT', { headers: { 'content-type': 'text/csv' } }), 'x', { 'content-type': 'text/html' }),
      'SignatureDoesNotMatch',
    ],
    ['by another method', () => put(sign('GET'), 'x'), 'SignatureDoesNotMatch'],
    ['at another path', () => put(bent(sign('PUT'), 'uploads/', 'jobs/'), 'x'), 'SignatureDoesNotMatch'],
    ['with another key', () => put(sign('PUT', { secretKey: 'guess' }), 'x'), 'SignatureDoesNotMatch'],
    [
      'with a longer life',
      () => put(bent(sign('PUT'), 'X-Amz-Expires=60', 'X-Amz-Expires=600'), 'x'),
      'SignatureDoesNotMatch',
    ],
    ['past its time', () => put(sign('PUT', { signedAt: new Date(Date.now() - 61_000) }), 'x'), 'AccessDenied'],
    ['without a signature', () => put(`${service.url}/payloads/uploads/a.csv`, 'x'), 'AccessDenied'],
    ['of a listing without a signature', () => fetch(`${service.url}/payloads?list-type=2`), 'AccessDenied'],
  ])('refuses a request %s', async (_, send, code) => {
    const response = await send();
    expect(response.status).toBe(403);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });

  test('refuses an upload over its own limit before it is sent, and says what that is', async () => {
    const upload = request(await sign('PUT'), { method: 'PUT', headers: { 'content-length': 256 * 1024 * 1024 + 1 } });
    upload.flushHeaders();
    const [response] = (await once(upload, 'response')) as [IncomingMessage];
    const body = await text(response);
    upload.destroy();
    expect(response.statusCode).toBe(413);
    expect(body).toContain('<Code>EntityTooLarge</Code>');
    expect(body).toContain('objects of up to 268435456 bytes');
  });

  test('answers a preflight by its rules', async () => {
    const preflight = (origin: string, method: string) =>
      fetch(`${service.url}/payloads/uploads/x`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type' },
      });
    const allowed = await preflight('https://app.example.com', 'PUT');
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type');
    expect((await preflight('https://example.org', 'PUT')).status).toBe(403);
    expect((await preflight('https://app.example.com', 'DELETE')).status).toBe(403);
  });
});
