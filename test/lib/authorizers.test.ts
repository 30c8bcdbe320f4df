import { expect, test } from 'vitest';
import { functionOf, resourcesOf, templateOf } from './sample-stack.ts';

const [authorize] = functionOf('prod', 'authorize');

function restAuthorizer(id: RegExp) {
  const [, found] = resourcesOf('prod', 'AWS::ApiGateway::Authorizer').find(([logicalId]) => id.test(logicalId)) ?? [];
  return found?.Properties ?? {};
}

test('Authorizers keeps what the header opens for 60 s', () => {
  expect(restAuthorizer(/Header/)).toMatchObject({
    Type: 'REQUEST',
    IdentitySource: 'method.request.header.Authorization',
    AuthorizerResultTtlInSeconds: 60,
  });
});

test('Authorizers keeps nothing where a token may stand in the query, and asks for neither by name', () => {
  expect(restAuthorizer(/Query/)).toMatchObject({
    Type: 'REQUEST',
    IdentitySource: '',
    AuthorizerResultTtlInSeconds: 0,
  });
});

test('LiveApi asks the authorizer at $connect alone, with no identity source', () => {
  templateOf('prod').hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'REQUEST',
    IdentitySource: [],
  });
  const guarded = resourcesOf('prod', 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
    Properties.RouteKey,
    Properties.AuthorizationType,
  ]);
  expect(Object.fromEntries(guarded)).toEqual({ $connect: 'CUSTOM', $disconnect: 'NONE', $default: 'NONE' });
});

test('all three authorizers are the same function', () => {
  const all = ['AWS::ApiGateway::Authorizer', 'AWS::ApiGatewayV2::Authorizer'].flatMap((type) =>
    resourcesOf('prod', type),
  );
  expect(all).toHaveLength(3);
  for (const [, { Properties }] of all) expect(JSON.stringify(Properties.AuthorizerUri)).toContain(authorize);
});
