import { expect, test } from 'vitest';
import { grantedStatements } from './granted-statements.ts';
import { functionOf, resourcesOf, synthesizeSample } from './sample-stack.ts';

const domain = {
  restDomain: 'api.example.com',
  liveDomain: 'live.example.com',
  certificate: 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
};
const named = synthesizeSample('prod', { context: domain }).template;
const zoned = synthesizeSample('prod', { context: { ...domain, hostedZone: 'Z0123456789EXAMPLE' } }).template;
const inVpc = synthesizeSample('prod', {
  context: { subnets: 'subnet-01234567,subnet-89abcdef', securityGroups: 'sg-01234567' },
}).template;
const isPrivate = synthesizeSample('prod', { context: { restEndpoint: 'vpce-01234567' } }).template;

test('CustomDomain serves both APIs by the certificate, each below the path that it has at API Gateway', () => {
  const certificate = domain.certificate;
  named.hasResourceProperties('AWS::ApiGateway::DomainName', {
    DomainName: 'api.example.com',
    RegionalCertificateArn: certificate,
    SecurityPolicy: 'TLS_1_2',
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
  named.hasResourceProperties('AWS::ApiGateway::BasePathMapping', { BasePath: 'v1' });
  named.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
    DomainName: 'live.example.com',
    DomainNameConfigurations: [{ CertificateArn: certificate, EndpointType: 'REGIONAL' }],
  });
  named.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { ApiMappingKey: 'live' });
});

test('functions and outputs tell the service’s own names, and posts still go to API Gateway', () => {
  const { Variables } = functionOf(named, 'submit-job')[1].Properties.Environment as { Variables: object };
  expect(Variables).toMatchObject({ REST_URL: 'https://api.example.com/v1', LIVE_URL: 'wss://live.example.com/live' });
  expect(JSON.stringify(Variables)).toMatch(/"LIVE_CALLBACK_URL":\{"Fn::Join":\["",\["https:\/\/".*execute-api/);
  const { Outputs } = named.toJSON() as { Outputs: Record<string, { Value: unknown }> };
  expect(Outputs.RestUrl?.Value).toBe('https://api.example.com/v1');
  expect(Outputs.LiveUrl?.Value).toBe('wss://live.example.com/live');
});

test('gateway responses name problems by the service’s own name', () => {
  for (const [, { Properties }] of resourcesOf(named, 'AWS::ApiGateway::GatewayResponse')) {
    expect(JSON.stringify(Properties.ResponseTemplates)).toContain('https://api.example.com/v1/problems/');
  }
});

test('CustomDomain makes records in the zone that it is told, and else says what they must be', () => {
  const records = resourcesOf(zoned, 'AWS::Route53::RecordSet').map(([, { Properties }]) => Properties);
  expect(records.map(({ Name, Type, HostedZoneId }) => [Name, Type, HostedZoneId])).toEqual([
    ['api.example.com', 'A', 'Z0123456789EXAMPLE'],
    ['live.example.com', 'A', 'Z0123456789EXAMPLE'],
  ]);
  const outputsOf = (template: typeof named) => Object.keys((template.toJSON() as { Outputs: object }).Outputs);
  expect(outputsOf(zoned)).not.toContain('RestDomainTarget');
  expect(outputsOf(named)).toEqual(expect.arrayContaining(['RestDomainTarget', 'LiveDomainTarget']));
  expect(resourcesOf(named, 'AWS::Route53::RecordSet')).toEqual([]);
});

test('every function runs in the subnets that the context names, and in Lambda’s own network otherwise', () => {
  for (const [, { Properties }] of resourcesOf(inVpc, 'AWS::Lambda::Function')) {
    expect(Properties.VpcConfig).toEqual({
      SubnetIds: ['subnet-01234567', 'subnet-89abcdef'],
      SecurityGroupIds: ['sg-01234567'],
    });
  }
  for (const [, { Properties }] of resourcesOf('prod', 'AWS::Lambda::Function')) {
    expect(Properties.VpcConfig).toBeUndefined();
  }
});

test('a function in a VPC lets Lambda make its network interfaces, and may not touch any itself', () => {
  const own = JSON.stringify(grantedStatements(inVpc, 'submit-job'));
  expect(own).toContain('"Effect":"Deny"');
  expect(own.match(/ec2:CreateNetworkInterface"/g)).toHaveLength(2);
  expect(own).toContain('lambda:SourceFunctionArn');
  expect(own).toContain(':function:jobwire-prod-submit-job"');
});

test('a private REST API is reached through its VPC endpoint and in no other way', () => {
  const [[, api] = missing()] = resourcesOf(isPrivate, 'AWS::ApiGateway::RestApi');
  expect(api.Properties.EndpointConfiguration).toEqual({ Types: ['PRIVATE'], VpcEndpointIds: ['vpce-01234567'] });
  const { Statement: statements } = api.Properties.Policy as { Statement: object[] };
  expect(statements).toContainEqual(
    expect.objectContaining({
      Effect: 'Deny',
      Action: 'execute-api:Invoke',
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-01234567' } },
    }),
  );
});

function missing(): never {
  throw new Error('Cannot find the REST API: the template must have it');
}
