import { expect, test } from 'vitest';
import { type ProblemCode, problems } from '../../protocol/errors.ts';
import { resourcesOf } from './sample-stack.ts';

interface Template {
  'Fn::Join': [string, unknown[]];
}

const responses = resourcesOf('prod', 'AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => {
  const [, parts] = (Properties.ResponseTemplates as Record<string, Template>)['application/json']?.['Fn::Join'] ?? [];
  const text = (parts ?? []).map((part) => (typeof part === 'string' ? part : 'x')).join('');
  return {
    type: String(Properties.ResponseType),
    status: String(Properties.StatusCode),
    headers: Properties.ResponseParameters as Record<string, string>,
    body: JSON.parse(text) as Record<string, unknown>,
  };
});

const byType = Object.fromEntries(responses.map((response) => [response.type, response]));
const header = (name: string) => `gatewayresponse.header.${name}`;

test.each(responses)(
  'the gateway’s $type is a problem of the closed list, with its address and CORS headers',
  (response) => {
    const { status, headers, body } = response;
    const problem = problems[body.code as ProblemCode];
    expect(body).toEqual({
      type: `https://x.execute-api.x.x/v1/problems/${body.code}`,
      title: problem.title,
      status: problem.status,
      detail: expect.stringMatching(/^Cannot /),
      code: body.code,
      requestId: '$context.requestId',
    });
    expect(status).toBe(String(problem.status));
    expect(headers).toMatchObject({
      [header('Content-Type')]: "'application/problem+json'",
      [header('Access-Control-Allow-Origin')]: "'*'",
    });
  },
);

test.each([
  ['UNAUTHORIZED', '401'],
  ['ACCESS_DENIED', '403'],
  ['MISSING_AUTHENTICATION_TOKEN', '404'],
  ['INVALID_SIGNATURE', '404'],
  ['REQUEST_TOO_LARGE', '413'],
  ['THROTTLED', '429'],
  ['AUTHORIZER_FAILURE', '500'],
  ['DEFAULT_5XX', '500'],
  ['INTEGRATION_TIMEOUT', '504'],
])('the gateway’s %s is a %s', (type, status) => {
  expect(byType[type]?.status).toBe(status);
});

test('the gateway’s 401 names the scheme', () => {
  expect(byType.UNAUTHORIZED?.headers[header('WWW-Authenticate')]).toBe("'Bearer'");
});

test('the gateway’s 413 names its own bound and the one of what a function is given', () => {
  expect(byType.REQUEST_TOO_LARGE?.body.detail).toMatch(/10 MB .* 6 MB/);
});

test.each(['THROTTLED', 'QUOTA_EXCEEDED'])('the gateway’s %s says when to come back', (type) => {
  expect(byType[type]?.headers[header('Retry-After')]).toBe("'1'");
});
