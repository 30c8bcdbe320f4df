import { describe, expect, test } from 'vitest';
import { fillTemplate } from '../../../dev/rest-api/gateway-response.ts';
import { serveRestApi } from './serve-rest-api.ts';

const problem = {
  ResponseParameters: {
    'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
    'gatewayresponse.header.Retry-After': "'1'",
    'gatewayresponse.header.X-Request': 'context.requestId',
    'gatewayresponse.header.X-Origin': 'method.request.header.Origin',
    'gatewayresponse.header.X-After': 'method.request.querystring.after',
    'gatewayresponse.header.X-Id': 'method.request.path.id',
    'gatewayresponse.header.X-Colour': 'stageVariables.colour',
  },
  ResponseTemplates: {
    'application/problem+json':
      '{"type":"http://$context.domainName/$context.stage/problems/x","title":"$context.error.responseType","detail":$context.error.messageString,"plain":"$context.error.message","requestId":"$context.requestId","path":"$context.path","ip":"$context.identity.sourceIp","nothing":"$context.authorizer.tenant","colour":"$stageVariables.colour"}',
  },
};

const stage = { Variables: { colour: 'blue' } };
const methods = { 'GET /jobs/{id}': { authorizer: 'cached' as const }, 'GET /fails': {} };
const functions = {
  GETfails: () => {
    throw new Error('secret detail');
  },
};

describe('gatewayResponse()', () => {
  test('fills the template and the headers of the API', async () => {
    const { url, port } = await serveRestApi({ methods, stage, gatewayResponses: { DEFAULT_4XX: problem } });
    const response = await fetch(`${url}/jobs/7?after=3`, { headers: { origin: 'https://page.example' } });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      type: `http://127.0.0.1:${port}/v1/problems/x`,
      title: 'UNAUTHORIZED',
      detail: 'Unauthorized',
      plain: 'Unauthorized',
      requestId: response.headers.get('x-amzn-requestid'),
      path: '/v1/jobs/7',
      ip: '127.0.0.1',
      nothing: '',
      colour: 'blue',
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'access-control-allow-origin': '*',
      'retry-after': '1',
      'x-request': response.headers.get('x-amzn-requestid'),
      'x-origin': 'https://page.example',
      'x-after': '3',
      'x-id': '7',
      'x-colour': 'blue',
      'x-amzn-errortype': 'UnauthorizedException',
    });
  });

  test('leaves out a header whose source is missing', async () => {
    const { url } = await serveRestApi({ methods, gatewayResponses: { DEFAULT_4XX: problem } });
    const response = await fetch(`${url}/nowhere`);
    expect(response.headers.has('x-origin')).toBe(false);
    expect(response.headers.has('x-id')).toBe(false);
  });

  const own = (text: string, StatusCode?: string) => ({
    ResponseTemplates: { 'text/plain': text },
    ...(StatusCode && { StatusCode }),
  });
  const choices: [name: string, responses: Record<string, object>, path: string, status: number, body: string][] = [
    ['none', {}, '/nowhere', 403, '{"message":"Missing Authentication Token"}'],
    ['its own type', { MISSING_AUTHENTICATION_TOKEN: own('mine', '404') }, '/nowhere', 404, 'mine'],
    ['its own type without a status', { MISSING_AUTHENTICATION_TOKEN: own('mine') }, '/nowhere', 403, 'mine'],
    ['the default of its class', { DEFAULT_4XX: own('four'), DEFAULT_5XX: own('five') }, '/nowhere', 403, 'four'],
    ['a default with a status', { DEFAULT_4XX: own('four', '400') }, '/nowhere', 400, 'four'],
    ['the default of the other class', { DEFAULT_5XX: own('five') }, '/nowhere', 403, expect.stringMatching('Missing')],
    ['the default for 5xx', { DEFAULT_4XX: own('four'), DEFAULT_5XX: own('five') }, '/fails', 502, 'five'],
    ['headers alone', { DEFAULT_5XX: {} }, '/fails', 502, '{"message":"Internal server error"}'],
    ['another type', { UNAUTHORIZED: own('mine') }, '/nowhere', 403, '{"message":"Missing Authentication Token"}'],
    ['malformed paths', { DEFAULT_4XX: own('four') }, '/jobs/%zz', 400, 'four'],
  ];
  test.each(choices)('with %s', async (_, gatewayResponses, path, status, body) => {
    const { url } = await serveRestApi({ methods, functions, gatewayResponses: { ...gatewayResponses } as never });
    const response = await fetch(`${url}${path}`);
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  test('cannot change what an unknown address says to a call with a credential', async () => {
    const gatewayResponses = { DEFAULT_4XX: own('four'), MISSING_AUTHENTICATION_TOKEN: own('mine', '404') };
    const { url } = await serveRestApi({ methods, functions, gatewayResponses });
    const response = await fetch(`${url}/nowhere`, { headers: { authorization: 'Bearer x' } });
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('IncompleteSignatureException');
    expect(await response.json()).toEqual({
      message: 'Invalid key=value pair (missing equal-sign) in Authorization header',
    });
  });

  test('prefers a template for application/json to others', async () => {
    const ResponseTemplates = { 'text/plain': 'text', 'application/json': '{}' };
    const { url } = await serveRestApi({ methods, gatewayResponses: { DEFAULT_4XX: { ResponseTemplates } } });
    const response = await fetch(`${url}/nowhere`);
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['application/json', '{}']);
  });
});

describe('fillTemplate()', () => {
  const scope = { context: { path: '/v1', identity: { sourceIp: '::1' } }, stageVariables: { colour: 'blue' } };
  const cases: [template: string, text: string][] = [
    ['{"a":$context.path}', '{"a":/v1}'],
    [`\${context.path}/x \${stageVariables.colour}`, '/v1/x blue'],
    ['$context.identity.sourceIp.', '::1.'],
    ['$context.identity $context.nothing $context.constructor', '  '],
    ['$5 $contexts.path', '$5 $contexts.path'],
  ];
  test.each(cases)('makes of %s: %s', (template, text) => {
    expect(fillTemplate(template, scope)).toBe(text);
  });
});
