import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import { contextSettings } from '../../lib/context-settings.ts';
import { givenSettings, readStage } from '../../lib/read-stage.ts';
import { getStage, type Stage } from '../../lib/stages.ts';

const certificate = 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
const domain = { restDomain: 'api.example.com', liveDomain: 'live.example.com', certificate };

test.each([
  [{}, 'dev'],
  [{ stage: 'prod' }, 'prod'],
])('readStage() of %o is the stage %s as its table has it', (context, name) => {
  expect(readStage(context)).toEqual(getStage(name));
});

const changes: [Record<string, unknown>, Partial<Stage>][] = [
  [{ account: '111122223333' }, { account: '111122223333' }],
  [{ alarms: 'off' }, { hasAlarms: false }],
  [{ alarmEmail: 'ops@example.com' }, { alarmEmail: 'ops@example.com' }],
  [{ runbook: 'https://example.com/runbook' }, { runbookUrl: 'https://example.com/runbook' }],
  [{ dashboard: 'off' }, { hasDashboard: false }],
  [{ console: 'off' }, { hostsConsole: false }],
  [{ graphqlIntrospection: 'off' }, { showsGraphqlSchema: false }],
  [{ customerKey: 'on' }, { customerKey: true }],
  [{ firewall: 'on' }, { firewall: true }],
  [
    { firewall: 'on', firewallRate: '500' },
    { firewall: true, firewallRate: 500 },
  ],
  [{ requestRate: '50' }, { throttle: { ratePerSecond: 50, burst: 400 } }],
  // As cdk.json may have it.
  [{ requestRate: 50, requestBurst: 70 }, { throttle: { ratePerSecond: 50, burst: 70 } }],
  [{ jobsPerWindow: '10' }, { jobsPerWindow: 10 }],
  [{ streamSeconds: '30' }, { streamSeconds: 30 }],
  [{ streamConcurrency: '5' }, { streamConcurrency: 5 }],
  [{ deliveryConcurrency: '2' }, { deliveryConcurrency: 2 }],
  [{ logRetentionDays: '365' }, { logRetention: RetentionDays.ONE_YEAR }],
  [{ logLevel: 'debug' }, { logLevel: 'debug' }],
  [domain, { domain: { rest: 'api.example.com', live: 'live.example.com', certificateArn: certificate } }],
  [
    { ...domain, hostedZone: 'Z0123456789EXAMPLE' },
    {
      domain: {
        rest: 'api.example.com',
        live: 'live.example.com',
        certificateArn: certificate,
        hostedZoneId: 'Z0123456789EXAMPLE',
      },
    },
  ],
  [
    { subnets: 'subnet-01234567, subnet-89abcdef', securityGroups: 'sg-01234567' },
    {
      vpc: {
        subnetIds: ['subnet-01234567', 'subnet-89abcdef'],
        securityGroupIds: ['sg-01234567'],
      },
    },
  ],
  [{ restEndpoint: 'vpce-01234567' }, { restEndpointId: 'vpce-01234567' }],
  // CDK's own values, and those of its flags.
  [{ '@aws-cdk/core:some-flag': true, 'aws:cdk:bundling-stacks': [], 'cli-telemetry': false }, {}],
];

test.each(changes)('readStage() lets %o change %o and nothing else', (context, changed) => {
  expect(readStage(context)).toEqual({ ...getStage('dev'), ...changed });
});

test.each([
  { stage: 'emulator', alarmEmail: 'ops@example.com', runbook: 'https://example.com/runbook' },
  { stage: 'dev', alarms: 'off', alarmEmail: 'ops@example.com', runbook: 'https://example.com/runbook' },
  { stage: 'dev', firewallRate: '500' },
])('readStage() takes settings that have nothing to act on in their stage: %o', (context) => {
  const { hasAlarms, firewall } = readStage(context);
  expect([hasAlarms && 'alarmEmail' in context, firewall]).toEqual([false, false]);
});

test('readStage() gives a stage what stands below its name, and no other stage', () => {
  const context = { logLevel: 'warn', prod: { ...domain, customerKey: 'on' }, dev: { alarms: 'off' } };
  expect(readStage({ ...context, stage: 'prod' })).toEqual({
    ...getStage('prod'),
    logLevel: 'warn',
    customerKey: true,
    domain: { rest: 'api.example.com', live: 'live.example.com', certificateArn: certificate },
  });
  expect(readStage(context)).toEqual({ ...getStage('dev'), logLevel: 'warn', hasAlarms: false });
  expect(readStage({ ...context, stage: 'emulator' })).toEqual({ ...getStage('emulator'), logLevel: 'warn' });
});

test('readStage() has a test for each context value', () => {
  const tried = new Set(changes.flatMap(([context]) => Object.keys(context)));
  expect(Object.keys(contextSettings).filter((name) => !tried.has(name))).toEqual([]);
});

describe('readStage() stops at', () => {
  const mustBe = (name: string, value: string, what: string) =>
    `Cannot use the context value ${name} ${value}: it must be ${what}`;

  test.each<[Record<string, unknown>, string]>([
    [{ stage: 'staging' }, 'Cannot use the stage "staging": lib/stages.ts has no such stage, write one of local'],
    [{ stage: 'local' }, 'Cannot deploy the stage "local": its functions may reach loopback addresses, write another'],
    [
      { alarmMail: 'x' },
      'Cannot use the context value alarmMail: there is no such setting, it must be stage or one of',
    ],
    [{ toString: 'on' }, 'Cannot use the context value toString: there is no such setting'],
    [{ alarms: 'yes' }, mustBe('alarms', '"yes"', 'on or off')],
    [{ firewall: true }, mustBe('firewall', 'true', 'on or off')],
    [{ firewall: ['on'] }, mustBe('firewall', '["on"]', 'on or off')],
    [{ firewall: '' }, mustBe('firewall', '""', 'on or off')],
    [{ customerKey: 'arn:aws:kms:eu-west-1:1:key/1' }, mustBe('customerKey', '"arn:aws:kms:eu-west-1:1:key/1"', 'on')],
    [{ alarmEmail: 'ops' }, mustBe('alarmEmail', '"ops"', 'an e-mail address')],
    [{ alarmEmail: 'ops@localhost' }, mustBe('alarmEmail', '"ops@localhost"', 'an e-mail address')],
    [{ alarmEmail: 'a@b.com, c@d.com' }, mustBe('alarmEmail', '"a@b.com, c@d.com"', 'an e-mail address')],
    [{ stage: 'emulator', alarmEmail: 'ops' }, mustBe('alarmEmail', '"ops"', 'an e-mail address')],
    [{ alarms: 'off', alarmEmail: 'ops' }, mustBe('alarmEmail', '"ops"', 'an e-mail address')],
    [{ firewallRate: '9' }, mustBe('firewallRate', '"9"', 'a whole number from 10')],
    [
      { pord: { alarms: 'on' } },
      'Cannot use the context value pord: there is no such setting, it must be stage or one',
    ],
    [{ dev: { alarmMail: 'x' } }, 'Cannot use the context value alarmMail: there is no such setting'],
    [{ dev: { alarms: 'yes' } }, mustBe('alarms', '"yes"', 'on or off')],
    [{ dev: 'on' }, mustBe('dev', '"on"', 'an object of settings, as in `"dev": { "alarms": "on" }` in cdk.json')],
    [{ dev: ['on'] }, mustBe('dev', '["on"]', 'an object of settings')],
    [
      { firewall: 'off', dev: { firewall: 'on' } },
      'Cannot use the context value firewall twice: it is given to every stage (by cdk.json or the command line) and to dev, it must stand in one place',
    ],
    [
      { restEndpoint: 'vpce-01234567', dev: domain },
      'Cannot serve api.example.com from a private REST API: custom domains are for public ones',
    ],
    [{ account: '1234' }, mustBe('account', '"1234"', 'the 12 digits of an account')],
    [{ firewall: 'on', firewallRate: '9' }, mustBe('firewallRate', '"9"', 'a whole number from 10 to 2000000000')],
    [{ requestRate: '0' }, mustBe('requestRate', '"0"', 'a whole number from 1 to 1000000')],
    [{ requestRate: '1.5' }, mustBe('requestRate', '"1.5"', 'a whole number from 1')],
    [{ requestRate: '-1' }, mustBe('requestRate', '"-1"', 'a whole number from 1')],
    [{ streamSeconds: '900' }, mustBe('streamSeconds', '"900"', 'a whole number from 5 to 885')],
    [{ deliveryConcurrency: '1' }, mustBe('deliveryConcurrency', '"1"', 'a whole number from 2 to 1000')],
    [{ logRetentionDays: '0' }, mustBe('logRetentionDays', '"0"', "one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90")],
    [{ logRetentionDays: '10' }, mustBe('logRetentionDays', '"10"', "one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90")],
    [{ logRetentionDays: 'forever' }, mustBe('logRetentionDays', '"forever"', "one of CloudWatch's")],
    [
      { restDomain: 'api.example.com', liveDomain: 'live.example.com' },
      'Cannot serve api.example.com: it has no certificate, write the ARN of a certificate in AWS Certificate Manager, as in `-c certificate=arn:aws:acm:',
    ],
    [
      { restDomain: 'api.example.com', certificate },
      'Cannot serve api.example.com: the WebSocket API has no name of its own, write a domain name, as in `-c liveDomain=live.example.com`',
    ],
    [
      { liveDomain: 'live.example.com', certificate },
      'Cannot serve live.example.com: the REST API has no name, write a domain name, as in `-c restDomain=api.example.com`',
    ],
    [{ certificate }, 'Cannot serve a domain: the REST API has no name, write a domain name'],
    [{ hostedZone: 'Z0123456789EXAMPLE' }, 'Cannot serve a domain: the REST API has no name, write a domain name'],
    [
      { ...domain, liveDomain: 'api.example.com' },
      'Cannot serve both APIs from api.example.com: API Gateway wants a name for each, write another for one, as in `-c liveDomain=live.api.example.com`',
    ],
    [
      { ...domain, certificate: 'my-certificate' },
      mustBe('certificate', '"my-certificate"', 'the ARN of a certificate'),
    ],
    [
      { ...domain, restDomain: 'https://api.example.com' },
      mustBe('restDomain', '"https://api.example.com"', 'a domain name'),
    ],
    [{ ...domain, restDomain: 'localhost' }, mustBe('restDomain', '"localhost"', 'a domain name')],
    [{ ...domain, hostedZone: 'example.com' }, mustBe('hostedZone', '"example.com"', 'the id of a hosted zone')],
    [
      { ...domain, restEndpoint: 'vpce-01234567' },
      'Cannot serve api.example.com from a private REST API: custom domains are for public ones, leave out restDomain or restEndpoint',
    ],
    [
      { securityGroups: 'sg-01234567' },
      'Cannot run the functions in a VPC: nothing says in which subnets, write ids of subnets, with commas between them, as in `-c subnets=subnet-',
    ],
    [
      { subnets: 'subnet-01234567' },
      'Cannot run the functions in a VPC: nothing says in which security groups, write ids of security groups',
    ],
    [{ securityGroups: 'default' }, mustBe('securityGroups', '"default"', 'ids of security groups, with commas')],
    [
      { subnets: 'subnet-01234567,' },
      mustBe('subnets', '"subnet-01234567,"', 'ids of subnets, with commas between them'),
    ],
    [{ restEndpoint: 'vpc-01234567' }, mustBe('restEndpoint', '"vpc-01234567"', 'the id of a VPC endpoint')],
  ])('%o with a sentence that says what to write', (context, sentence) => {
    let message = '';
    try {
      readStage(context);
    } catch (error) {
      message = String((error as Error).message);
    }
    expect(message.slice(0, sentence.length)).toBe(sentence);
    expect(message).not.toContain('\n');
  });
});

test('readStage() takes the stage local from the local server alone, which names it itself', () => {
  expect(readStage({}, 'local')).toEqual(getStage('local'));
});

test.each<[Record<string, unknown>, string | undefined]>([
  [{}, undefined],
  [{ stage: 'prod', '@aws-cdk/core:some-flag': true }, undefined],
  [{ firewall: 'on', requestRate: 50, stage: 'prod', customerKey: 'on' }, 'customerKey=on firewall=on requestRate=50'],
  [{ requestRate: 50, prod: { customerKey: 'on' }, dev: { alarms: 'off' } }, 'customerKey=on requestRate=50'],
])('givenSettings() of %o for the stage prod is %s', (context, settings) => {
  expect(givenSettings('prod', context)).toBe(settings);
});
