import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler } from '../lambdas/authorize.ts';
import { type ApiKey, revokeApiKey, saveApiKey } from '../lambdas/aws/api-keys.ts';
import { getSecret } from '../lambdas/aws/secrets.ts';
import { type AccessTokenClaims, signAccessToken } from '../lambdas/core/access-token.ts';
import { hashApiKey, newApiKey } from '../lambdas/core/credentials.ts';
import { type Engines, startEngines } from './support/engines.ts';

let engines: Engines;
let keys = 0;

beforeAll(async () => {
  engines = await startEngines();
  Object.assign(process.env, engines.env);
});
afterAll(() => engines.stop());

async function makeKey(more: Partial<ApiKey> = {}): Promise<{ text: string; key: ApiKey }> {
  const text = newApiKey('test');
  keys += 1;
  const key: ApiKey = {
    id: `key_${keys}`,
    hash: hashApiKey(text),
    tenant: 'acme',
    scopes: ['jobs:read'],
    createdAtMs: 1,
    ...more,
  };
  await saveApiKey(key);
  return { text, key };
}

async function makeToken(key: ApiKey, more: Partial<AccessTokenClaims> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims: AccessTokenClaims = {
    id: `token-${Math.random()}`,
    tenant: key.tenant,
    keyId: key.id,
    scopes: ['jobs:read'],
    singleUse: false,
    issuedAtSeconds: now,
    expiresAtSeconds: now + 60,
    ...more,
  };
  return signAccessToken(claims, await getSecret('token-secret'));
}

interface Place {
  resource?: string;
  routeKey?: string;
  query?: string;
}

function authorize(credential: string | undefined, { resource = '/jobs', routeKey, query }: Place = {}) {
  const event = {
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:us-east-1:123456789012:abc/v1/GET/jobs/job_x',
    resource,
    headers: credential === undefined ? {} : { authorization: `Bearer ${credential}` },
    queryStringParameters: query === undefined ? null : { access_token: query },
    requestContext: { routeKey },
  };
  return handler(event as unknown as APIGatewayRequestAuthorizerEvent);
}

const events: Place = { resource: '/jobs/{id}/events' };
const connect: Place = { routeKey: '$connect' };

describe('authorize', () => {
  test('lets a good key reach the whole stage, as what it is', async () => {
    const { text, key } = await makeKey({ jobsPerWindow: 5, scopes: ['jobs:read', 'admin'] });
    const { policyDocument, context, principalId } = await authorize(text);
    expect(principalId).toBe(key.id);
    expect(context).toEqual({ tenant: 'acme', keyId: key.id, scopes: 'jobs:read admin', jobsPerWindow: 5 });
    expect(policyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: 'arn:aws:execute-api:us-east-1:123456789012:abc/v1/*',
      },
    ]);
  });

  test('lets a good token in, as what it says', async () => {
    const { key } = await makeKey();
    const { context } = await authorize(await makeToken(key, { job: 'job_a', scopes: [] }));
    expect(context).toMatchObject({ tenant: 'acme', scopes: '', job: 'job_a', expiresAt: expect.any(Number) });
  });

  test('takes a token in the query of events and $connect, and nowhere else', async () => {
    const { key } = await makeKey();
    const query = await makeToken(key);
    await expect(authorize(undefined, { ...events, query })).resolves.toBeDefined();
    await expect(authorize(undefined, { ...connect, query })).resolves.toBeDefined();
    await expect(authorize(undefined, { query })).rejects.toThrow('Unauthorized');
    await expect(authorize(undefined, { resource: '/jobs/{id}/events/{seq}', query })).rejects.toThrow('Unauthorized');
  });

  test('refuses in one line of the log', async () => {
    await expect(authorize('wrong')).rejects.toMatchObject({ message: 'Unauthorized', stack: 'Error: Unauthorized' });
  });

  test('never takes a key in a query, and never a query where there is a header', async () => {
    const { text, key } = await makeKey();
    await expect(authorize(undefined, { ...events, query: text })).rejects.toThrow('Unauthorized');
    await expect(authorize('bad', { ...events, query: await makeToken(key) })).rejects.toThrow('Unauthorized');
  });

  test('a singleUse token opens one WebSocket, and nothing else', async () => {
    const { key } = await makeKey();
    const token = await makeToken(key, { singleUse: true });
    await expect(authorize(token)).rejects.toThrow('Unauthorized');
    await expect(authorize(undefined, { ...events, query: token })).rejects.toThrow('Unauthorized');
    const openings = await Promise.allSettled([1, 2, 3].map(() => authorize(undefined, { ...connect, query: token })));
    expect(openings.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a revoked key is refused, and each token made from it', async () => {
    const { text, key } = await makeKey();
    const token = await makeToken(key);
    await authorize(token);
    await revokeApiKey(key, Date.now());
    await expect(authorize(text)).rejects.toThrow('Unauthorized');
    await expect(authorize(token)).rejects.toThrow('Unauthorized');
  });

  test('refuses what it does not know', async () => {
    const { key } = await makeKey();
    const rows = [
      undefined,
      newApiKey('test'),
      await makeToken(key, { expiresAtSeconds: 1 }),
      await makeToken({ ...key, id: 'key_of_nobody' }),
      await makeToken({ ...key, tenant: 'other' }),
    ];
    for (const credential of rows) await expect(authorize(credential)).rejects.toThrow('Unauthorized');
  });
});
