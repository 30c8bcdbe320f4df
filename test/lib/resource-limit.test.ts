import { expect, test } from 'vitest';
import type { JobType } from '../../protocol/types.ts';
import { sampleTypes, synthesizeSample } from './sample-stack.ts';

/** As docs/limits.md says. */
const fitting = 32;
const everything = {
  customerKey: 'on',
  firewall: 'on',
  restDomain: 'api.example.com',
  liveDomain: 'live.example.com',
  hostedZone: 'Z0123456789EXAMPLE',
  certificate: 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
  subnets: 'subnet-01234567',
  securityGroups: 'sg-01234567',
};

function typesOf(count: number): Record<string, JobType> {
  const names = Array.from({ length: count }, (_, index) => `type-${index}`);
  return Object.fromEntries(names.map((name) => [name, { ...sampleTypes['resize-image'], name }]));
}

test.each(['dev', 'prod'] as const)(
  `${fitting} job types fit into the stage %s with all that context can add`,
  { timeout: 120_000 },
  (stage) => {
    const { template } = synthesizeSample(stage, { context: everything, types: typesOf(fitting) });
    const { Resources } = template.toJSON() as { Resources: object };
    expect(Object.keys(Resources).length).toBeLessThanOrEqual(500);
  },
);

test('more types than fit are refused with how many do, and those do', { timeout: 120_000 }, () => {
  let message = '';
  try {
    synthesizeSample('prod', { types: typesOf(60) });
  } catch (error) {
    message = String((error as Error).message);
  }
  expect(message).toMatch(
    /^Cannot put 60 job types into the stack jobwire-prod: they take \d{3} resources of the 500 that CloudFormation allows, at most \d\d types fit, /,
  );
  const fits = Number(/at most (\d+) types/.exec(message)?.[1]);
  expect(fits).toBeGreaterThanOrEqual(fitting);
  expect(() => synthesizeSample('prod', { types: typesOf(fits) })).not.toThrow();
  expect(() => synthesizeSample('prod', { types: typesOf(fits + 1) })).toThrow(`at most ${fits} types fit`);
});
