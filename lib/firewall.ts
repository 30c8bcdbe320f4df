import { Stack } from 'aws-cdk-lib';
import type { Stage as RestStage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { problems } from '../protocol/errors.ts';
import type { Stage } from './stages.ts';

interface ManagedRules {
  name: string;
  /** Rules of the group that only count: what they refuse, the contract takes. */
  counted: string[];
}

/** A job's input is any text, in which a page's source or a path is no attack; and a client needs no User-Agent. */
const managedRules: ManagedRules[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', counted: [] },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    counted: [
      'NoUserAgent_HEADER',
      'SizeRestrictions_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'CrossSiteScripting_BODY',
    ],
  },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    counted: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'],
  },
];

const tooManyRequests = 'too-many-requests';

interface FirewallProps {
  stage: Stage;
  restStage: RestStage;
  restUrl: string;
}

/** Stands before the REST API: a limit for each IP address, and AWS's own lists of bad addresses and requests. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { stage, restStage, restUrl }: FirewallProps) {
    super(scope, id);
    const name = Stack.of(this).stackName;
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(name),
      customResponseBodies: { [tooManyRequests]: { contentType: 'APPLICATION_JSON', content: rateProblem(restUrl) } },
      rules: [rateRule(stage.firewallRate), ...managedRules.map(managedRule)],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: restStage.stageArn, webAclArn: acl.attrArn });
  }
}

function rateRule(limit: number): CfnWebACL.RuleProperty {
  return {
    name: 'requests-of-an-address',
    priority: 0,
    statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit, evaluationWindowSec: 300 } },
    action: {
      block: {
        customResponse: {
          responseCode: problems['rate-limited'].status,
          customResponseBodyKey: tooManyRequests,
          // The rate is looked at again every ten seconds or so.
          responseHeaders: [{ name: 'Retry-After', value: '30' }],
        },
      },
    },
    visibilityConfig: visibility('requests-of-an-address'),
  };
}

function managedRule({ name, counted }: ManagedRules, index: number): CfnWebACL.RuleProperty {
  return {
    name,
    priority: index + 1,
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    overrideAction: { none: {} },
    visibilityConfig: visibility(name),
  };
}

/** Samples of requests would show credentials to whoever may look at the firewall. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}

function rateProblem(restUrl: string): string {
  const { title, status } = problems['rate-limited'];
  return JSON.stringify({
    type: `${restUrl}/problems/rate-limited`,
    title,
    status,
    detail: 'Cannot take the request now: too many have come from this address in the last five minutes',
    code: 'rate-limited',
  });
}
