import { expect, test } from 'vitest';
import { resourcesOf, synthesizeSample } from './sample-stack.ts';

const { template } = synthesizeSample('prod', { context: { firewall: 'on', firewallRate: '500' } });
const acls = resourcesOf(template, 'AWS::WAFv2::WebACL');

interface Rule {
  Name: string;
  Priority: number;
  Action?: object;
  Statement: {
    RateBasedStatement?: object;
    ManagedRuleGroupStatement?: { Name: string; RuleActionOverrides: { Name: string; ActionToUse: object }[] };
  };
}
const rules = acls.flatMap(([, { Properties }]) => Properties.Rules as Rule[]);

test('Firewall stands before the stage of the REST API, where the context asks for it', () => {
  const [[stageId] = ['']] = resourcesOf(template, 'AWS::ApiGateway::Stage');
  const [[aclId] = ['']] = acls;
  const associations = resourcesOf(template, 'AWS::WAFv2::WebACLAssociation').map(([, { Properties }]) => Properties);
  expect(associations).toHaveLength(1);
  expect(associations[0]?.WebACLArn).toEqual({ 'Fn::GetAtt': [aclId, 'Arn'] });
  expect(JSON.stringify(associations[0]?.ResourceArn)).toContain(`"/stages/",{"Ref":"${stageId}"}`);
  expect(resourcesOf('prod', 'AWS::WAFv2::WebACL')).toEqual([]);
});

test('Firewall takes what no rule refuses', () => {
  expect(acls[0]?.[1].Properties).toMatchObject({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
});

test('Firewall limits each address, and says so as a problem with a time to come back', () => {
  const [rate] = rules;
  expect(rate?.Statement.RateBasedStatement).toEqual({
    AggregateKeyType: 'IP',
    Limit: 500,
    EvaluationWindowSec: 300,
  });
  expect(rate?.Action).toEqual({
    Block: {
      CustomResponse: {
        ResponseCode: 429,
        CustomResponseBodyKey: 'too-many-requests',
        ResponseHeaders: [{ Name: 'Retry-After', Value: '30' }],
      },
    },
  });
  const bodies = JSON.stringify(acls[0]?.[1].Properties.CustomResponseBodies);
  expect(bodies).toContain('/problems/rate-limited');
});

test('Firewall asks AWS’s managed rules, in this order', () => {
  expect(rules.toSorted((a, b) => a.Priority - b.Priority).map(({ Name }) => Name)).toEqual([
    'requests-of-an-address',
    'AWSManagedRulesAmazonIpReputationList',
    'AWSManagedRulesCommonRuleSet',
    'AWSManagedRulesKnownBadInputsRuleSet',
  ]);
});

test('Firewall refuses no body for what it says: a job’s input is any text, up to 256 KiB', () => {
  const counted = rules.flatMap(
    ({ Statement: { ManagedRuleGroupStatement: group } }) => group?.RuleActionOverrides ?? [],
  );
  for (const { ActionToUse } of counted) expect(ActionToUse).toEqual({ Count: {} });
  const names = counted.map(({ Name }) => Name);
  expect(names).toContain('SizeRestrictions_BODY');
  expect(names.filter((name) => !name.endsWith('_BODY'))).toEqual(['NoUserAgent_HEADER']);
});

test('Firewall keeps no samples of requests, which hold credentials', () => {
  expect(JSON.stringify(acls)).not.toContain('"SampledRequestsEnabled":true');
});
