import { describe, expect, test } from 'vitest';
import { serveRestApi } from './serve-rest-api.ts';

interface AuthorizerCall {
  methodArn: string;
  headers: Record<string, string>;
  queryStringParameters: Record<string, string>;
}

const policy = (effect: string, resource: string) => ({
  principalId: 'me',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: 'execute-api:Invoke', Resource: resource }],
  },
  context: { tenant: 'acme', admin: true, level: 3 },
});

/** What the tests' authorizer answers for each credential. */
function answerFor({ headers, queryStringParameters, methodArn }: AuthorizerCall): unknown {
  const credential = headers.Authorization ?? queryStringParameters.access_token ?? 'none';
  const answers: Record<string, () => unknown> = {
    good: () => policy('Allow', '*'),
    'jobs-only': () => policy('Allow', methodArn.replace(/\/v1\/.*$/, '/v1/*/jobs/*')),
    denied: () => policy('Deny', '*'),
    bad: () => {
      throw new Error('Unauthorized');
    },
    broken: () => {
      throw new TypeError('secret detail');
    },
    'no-principal': () => ({ policyDocument: policy('Allow', '*').policyDocument }),
    'no-policy': () => ({ principalId: 'me' }),
    'odd-context': () => ({ ...policy('Allow', '*'), context: { list: [] } }),
    nothing: () => null,
    slow: () => new Promise(() => undefined),
  };
  return (answers[credential] ?? answers.bad)?.();
}

async function serve(options: Partial<Parameters<typeof serveRestApi>[0]> = {}) {
  const calls: AuthorizerCall[] = [];
  const events: { requestContext: { authorizer: unknown } }[] = [];
  const clock = { nowMs: Date.UTC(2026, 10, 5) };
  const keep = (event: (typeof events)[number]) => {
    events.push(event);
    return { statusCode: 200 };
  };
  const server = await serveRestApi({
    methods: {
      'GET /jobs/{id}': { authorizer: 'cached' },
      'GET /types': { authorizer: 'cached' },
      'GET /events': { authorizer: 'open' },
      'GET /public': {},
    },
    functions: {
      Authorize: (call: AuthorizerCall) => {
        calls.push(call);
        return answerFor(call);
      },
      GETjobsid: keep,
      GETtypes: keep,
      GETevents: keep,
      GETpublic: keep,
    },
    now: () => clock.nowMs,
    limits: { authorizerTimeoutMs: 50 },
    ...options,
  });
  const get = (path: string, credential?: string) =>
    fetch(`${server.url}${path}`, { headers: credential === undefined ? {} : { authorization: credential } });
  return { ...server, calls, events, clock, get };
}

describe('authorize()', () => {
  const cases: [credential: string | undefined, status: number, body: unknown, errorType?: string][] = [
    ['good', 200, undefined],
    [undefined, 401, { message: 'Unauthorized' }, 'UnauthorizedException'],
    ['', 401, { message: 'Unauthorized' }, 'UnauthorizedException'],
    ['bad', 401, { message: 'Unauthorized' }, 'UnauthorizedException'],
    [
      'denied',
      403,
      { message: 'User is not authorized to access this resource with an explicit deny' },
      'AccessDeniedException',
    ],
    ['broken', 500, { message: null }, 'AuthorizerConfigurationException'],
    ['no-principal', 500, { message: null }, 'AuthorizerConfigurationException'],
    ['no-policy', 500, { message: null }, 'AuthorizerConfigurationException'],
    ['odd-context', 500, { message: null }, 'AuthorizerConfigurationException'],
    ['nothing', 500, { message: null }, 'AuthorizerConfigurationException'],
    ['slow', 500, { message: null }, 'AuthorizerConfigurationException'],
  ];
  test.each(cases)('answers the credential %s with %s', async (credential, status, body, errorType) => {
    const { get, events } = await serve();
    const response = await get('/types', credential);
    expect(response.status).toBe(status);
    expect(events).toHaveLength(status === 200 ? 1 : 0);
    if (body !== undefined) expect(await response.json()).toEqual(body);
    expect(response.headers.get('x-amzn-errortype')).toBe(errorType ?? null);
  });

  test('refuses a missing identity source without calling the authorizer', async () => {
    const { get, calls } = await serve();
    await get('/types');
    await get('/types', '');
    expect(calls).toEqual([]);
  });

  test('hands the context on as text, with the principal', async () => {
    const { get, events } = await serve();
    await get('/types', 'good');
    expect(events[0]?.requestContext.authorizer).toEqual({
      principalId: 'me',
      integrationLatency: expect.any(Number),
      tenant: 'acme',
      admin: 'true',
      level: '3',
    });
  });

  test('calls the authorizer with the event of a REQUEST authorizer', async () => {
    const { get, calls } = await serve({ stage: { Variables: { colour: 'blue' } } });
    await get('/jobs/a%20b?after=1', 'good');
    expect(calls[0]).toMatchObject({
      type: 'REQUEST',
      methodArn: expect.stringMatching(
        /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]{10}\/v1\/GET\/jobs\/a%20b$/,
      ),
      resource: '/jobs/{id}',
      path: '/jobs/a%20b',
      httpMethod: 'GET',
      headers: { Authorization: 'good' },
      multiValueHeaders: { Authorization: ['good'] },
      queryStringParameters: { after: '1' },
      multiValueQueryStringParameters: { after: ['1'] },
      pathParameters: { id: 'a b' },
      stageVariables: { colour: 'blue' },
      requestContext: { resourcePath: '/jobs/{id}', stage: 'v1', path: '/v1/jobs/a%20b' },
    });
    expect(calls[0]).not.toHaveProperty('body');
  });

  test('calls with empty objects for what a request lacks', async () => {
    const { get, calls } = await serve();
    await get('/types', 'good');
    expect(calls[0]).toMatchObject({
      queryStringParameters: {},
      multiValueQueryStringParameters: {},
      pathParameters: {},
      stageVariables: {},
    });
  });

  test('keeps an answer for its time, and judges each method with the policy that it kept', async () => {
    const { get, calls, clock } = await serve();
    const statuses = [];
    for (const path of ['/jobs/1', '/types', '/jobs/2']) statuses.push((await get(path, 'jobs-only')).status);
    expect(statuses).toEqual([200, 403, 200]);
    expect(calls).toHaveLength(1);
    clock.nowMs += 59_999;
    await get('/jobs/1', 'jobs-only');
    expect(calls).toHaveLength(1);
    clock.nowMs += 1;
    await get('/jobs/1', 'jobs-only');
    expect(calls).toHaveLength(2);
  });

  test('keeps denials like allowances, apart for each credential', async () => {
    const { get, calls } = await serve();
    const statuses = [];
    for (const credential of ['denied', 'good', 'denied', 'good']) {
      statuses.push((await get('/types', credential)).status);
    }
    expect(statuses).toEqual([403, 200, 403, 200]);
    expect(calls).toHaveLength(2);
  });

  test.each(['bad', 'broken'])('keeps nothing of a call that failed: %s', async (credential) => {
    const { get, calls } = await serve();
    await get('/types', credential);
    await get('/types', credential);
    expect(calls).toHaveLength(2);
  });

  test('asks at every request where the TTL is 0 and no identity source is named', async () => {
    const { get, calls } = await serve();
    expect((await get('/events?access_token=good')).status).toBe(200);
    expect((await get('/events', 'good')).status).toBe(200);
    expect((await get('/events')).status).toBe(401);
    expect(calls).toHaveLength(3);
  });

  test('asks nobody where the method needs no authorization', async () => {
    const { get, calls } = await serve();
    expect((await get('/public')).status).toBe(200);
    expect(calls).toEqual([]);
  });

  const sources: [source: string, path: string, status: number][] = [
    ['method.request.header.authorization', '/types', 200],
    ['method.request.querystring.key', '/types?key=1', 200],
    ['method.request.querystring.key', '/types?key=', 401],
    ['method.request.header.Authorization, method.request.querystring.key', '/types', 401],
    ['method.request.header.Authorization,method.request.querystring.key', '/types?key=1', 200],
    ['context.identity.sourceIp', '/types', 200],
    ['context.identity.user', '/types', 401],
    ['stageVariables.colour', '/types', 200],
    ['stageVariables.shape', '/types', 401],
  ];
  test.each(sources)('looks for %s: %s is %s', async (IdentitySource, path, status) => {
    const { get } = await serve({ cached: { IdentitySource }, stage: { Variables: { colour: 'blue' } } });
    expect((await get(path, 'good')).status).toBe(status);
  });
});
