import { awsId, choice, count, domainName, flag, list, logRetentionDays, type Setting, text } from './setting.ts';
import { logLevels } from './stages.ts';

/** The one table of what context may say. Its names are what an operator types. */
export const contextSettings = {
  account: text(
    'the account that the stack belongs to; credentials of another one must be trusted there (`cdk bootstrap --trust`)',
    'the 12 digits of an account',
    '111122223333',
    /^\d{12}$/,
  ),
  alarms: flag('alarms watch over queues, functions and APIs'),
  alarmEmail: text('who is told of alarms', 'an e-mail address', 'ops@example.com', /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/),
  runbook: text(
    "where the runbook is that alarms link to; else they name the project's own file",
    'an https address',
    'https://github.com/acme/jobwire/blob/main/docs/runbook.md',
    /^https:\/\/[^\s#]+$/,
  ),
  dashboard: flag('CloudWatch gets a dashboard'),
  console: flag('the console is hosted in a bucket behind CloudFront'),
  graphqlIntrospection: flag('GraphQL shows its schema'),
  customerKey: flag("table, queues, bucket, secrets and logs are encrypted with a KMS key of the stack's own"),
  firewall: flag('a web application firewall stands before the REST API'),
  firewallRate: count('requests that the firewall takes from one IP address in any five minutes', 10, 2_000_000_000),
  requestRate: count('requests a second that each method takes from all tenants together', 1, 1_000_000),
  requestBurst: count('requests that each method takes at once', 1, 1_000_000),
  jobsPerWindow: count(
    'jobs that one tenant may submit in a minute, where its key says nothing else',
    1,
    1_000_000_000,
  ),
  // A function and its integration last 15 s longer than the stream, and 15 minutes at most.
  streamSeconds: count('how long one SSE response lasts before its client resumes, in seconds', 5, 885),
  streamConcurrency: count('environments set aside for each of the two functions that stream', 1, 100_000),
  // SQS event sources take no maximum concurrency below 2 and none above 1,000.
  deliveryConcurrency: count('calls of the function that sends webhooks at the same time', 2, 1_000),
  logRetentionDays: logRetentionDays(),
  logLevel: choice('the least of what functions log', logLevels),
  restDomain: text('the name of the REST API', 'a domain name', 'api.example.com', domainName()),
  liveDomain: text('the name of the WebSocket API, another one', 'a domain name', 'live.example.com', domainName()),
  certificate: text(
    'the certificate of both names, in the region of the stack',
    'the ARN of a certificate in AWS Certificate Manager',
    'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
    /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
  ),
  hostedZone: text(
    'the Route 53 zone that gets both names',
    'the id of a hosted zone',
    'Z0123456789EXAMPLE',
    /^Z[A-Z0-9]{5,31}$/,
  ),
  subnets: list(
    'the private subnets that the functions run in, with a way out',
    'ids of subnets, with commas between them',
    'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
    awsId('subnet'),
  ),
  securityGroups: list(
    'the security groups of the functions in those subnets',
    'ids of security groups, with commas between them',
    'sg-0123456789abcdef0',
    awsId('sg'),
  ),
  restEndpoint: text(
    'the VPC endpoint that alone reaches the REST API, which is then private',
    'the id of a VPC endpoint',
    'vpce-0123456789abcdef0',
    awsId('vpce'),
  ),
} satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof contextSettings;
