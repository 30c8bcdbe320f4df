import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { type Sample, sampleOf, synthesizeSample } from './sample-stack.ts';

const everything = {
  customerKey: 'on',
  firewall: 'on',
  alarmEmail: 'ops@example.com',
  restDomain: 'api.example.com',
  liveDomain: 'live.example.com',
  certificate: 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
  subnets: 'subnet-01234567',
  securityGroups: 'sg-01234567',
};
const samples: Record<string, Sample> = {
  dev: sampleOf('dev'),
  prod: sampleOf('prod'),
  'prod with all that context can add': synthesizeSample('prod', { context: everything }),
  'prod behind a VPC endpoint': synthesizeSample('prod', { context: { restEndpoint: 'vpce-01234567' } }),
};
const packs = [new AwsSolutionsChecks(), new ServerlessChecks()];

/** What cdk-nag finds, as `rule at path: description`. */
function findingsIn({ app }: Sample): { rule: string; says: string }[] {
  return packs.flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName: rule, description, violatingResources }) =>
        violatingResources.map(({ constructPath }) => ({ rule, says: `${rule} at ${constructPath}: ${description}` })),
      ),
  );
}

/** The rules that are acknowledged somewhere in a stack, with the reasons. */
function acknowledgedIn({ app }: Sample): [string, string][] {
  const entries = app.node.findAll().flatMap(({ node }) => node.metadata);
  return entries
    .filter(({ type }) => type === acknowledgedKey)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .map(([id, reason]) => [id.replace(/^annotation::/i, ''), reason]);
}

const acknowledgedKey = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;

test.each(Object.entries(samples))('cdk-nag has nothing to say of %s', (_, sample) => {
  expect(findingsIn(sample).map(({ says }) => says)).toEqual([]);
});

test('each rule that is acknowledged has a reason, and would not hold', () => {
  const acknowledged = Object.values(samples).flatMap(acknowledgedIn);
  for (const [id, reason] of acknowledged)
    expect({ id, words: reason.split(' ').length > 5 }).toEqual({ id, words: true });
  // Under another name no acknowledgement is found, so what is found then is all there is.
  Object.assign(Validations, { ACKNOWLEDGED_RULES_METADATA_KEY: 'none' });
  const found = new Set(Object.values(samples).flatMap((sample) => findingsIn(sample).map(({ rule }) => rule)));
  Object.assign(Validations, { ACKNOWLEDGED_RULES_METADATA_KEY: acknowledgedKey });
  expect([...new Set(acknowledged.map(([id]) => id))].filter((id) => !found.has(id))).toEqual([]);
});
