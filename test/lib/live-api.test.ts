import { expect, test } from 'vitest';
import { functionOf, resourcesOf, templateOf } from './sample-stack.ts';

test('LiveApi leads connects, messages and ends to one function', () => {
  const integrations = resourcesOf('prod', 'AWS::ApiGatewayV2::Integration');
  expect(integrations).toHaveLength(1);
  const [[id, integration] = []] = integrations;
  expect(JSON.stringify(integration?.Properties.IntegrationUri)).toContain(functionOf('prod', 'live')[0]);
  const targets = resourcesOf('prod', 'AWS::ApiGatewayV2::Route').map(([, route]) =>
    JSON.stringify(route.Properties.Target),
  );
  expect(targets).toHaveLength(3);
  for (const target of targets) expect(target).toContain(id);
});

test('LiveApi has the stage live, deployed by itself and throttled as a whole', () => {
  templateOf('prod').hasResource('AWS::ApiGatewayV2::Stage', {
    Properties: {
      StageName: 'live',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 2_000 },
    },
    DependsOn: resourcesOf('prod', 'AWS::ApiGateway::Account').map(([id]) => id),
  });
});
