import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** How one stage differs from another. What is not here is the same in all. `lib/context-settings.ts` says what context may change. */
export interface Stage {
  name: string;
  /** True: data, queues and logs outlive the stack and mistakes in it. False: `cdk destroy` takes all of it. */
  keepsData: boolean;
  /** True: `cdk destroy` empties the bucket of payloads first, for CloudFormation deletes none that holds something. */
  emptiesBucket: boolean;
  /** How long log lines are kept. */
  logRetention: RetentionDays;
  /** The least of what functions log. Above `info`, no job can be followed through the logs any more. */
  logLevel: LogLevel;
  /** Requests a second (and at once) that each method takes from all tenants together. */
  throttle: { ratePerSecond: number; burst: number };
  /** Environments set aside for each of the two functions that stream, so that they cannot use up the account's; none leaves them in the common pool. */
  streamConcurrency?: number;
  /** How long one SSE response lasts before its client resumes, in seconds. */
  streamSeconds: number;
  /** Jobs that one tenant may submit in each window, where its key says nothing else. */
  jobsPerWindow: number;
  /** Calls of the function that sends webhooks at the same time, ten deliveries each. */
  deliveryConcurrency: number;
  /** True: guarded requests may reach this machine over plain http. */
  allowLoopback: boolean;
  /** True: a console answers at the root of the REST API's host, as the local server has it. */
  hasConsole: boolean;
  /** True: the console is hosted beside the APIs, in a bucket behind CloudFront. */
  hostsConsole: boolean;
  /** True: GraphQL shows its schema to whoever asks for it. */
  showsGraphqlSchema: boolean;
  /** True: alarms watch over queues, functions and APIs. */
  hasAlarms: boolean;
  /** Who is told of alarms by e-mail; nobody, where it is missing. */
  alarmEmail?: string;
  /** Where alarms say that the runbook is; the project's own file, where it is missing. */
  runbookUrl?: string;
  /** True: CloudWatch gets a dashboard of the service. */
  hasDashboard: boolean;
  /** True: table, queues, bucket, secrets and logs are encrypted with a KMS key of the stack's own, not with AWS's. */
  customerKey: boolean;
  /** True: a web application firewall stands before the REST API. */
  firewall: boolean;
  /** Requests that the firewall takes from one IP address in any five minutes. */
  firewallRate: number;
  /** The service's own names, instead of API Gateway's. */
  domain?: StageDomain;
  /** The account that the stack belongs to; that of the credentials, where it is missing. */
  account?: string;
  /** Where the emulator of AWS answers that the stack is deployed to: the stage `emulator` alone has it. */
  emulatorUrl?: string;
  /** The network that the functions run in; none leaves them in Lambda's own. */
  vpc?: StageVpc;
  /** The VPC endpoint that alone reaches the REST API, which is then private. */
  restEndpointId?: string;
}

/** API Gateway cannot serve REST and WebSocket from one name. */
export interface StageDomain {
  /** Such as api.example.com. */
  rest: string;
  /** Such as live.example.com. */
  live: string;
  /** Of AWS Certificate Manager, in the stack's region, for both names. */
  certificateArn: string;
  /** The Route 53 zone that gets records of both names; where it is missing, whoever runs the DNS makes them. */
  hostedZoneId?: string;
}

export interface StageVpc {
  /** Private subnets, with a way out to AWS and to the receivers of webhooks. */
  subnetIds: string[];
  securityGroupIds: string[];
}

type Settings = Omit<Stage, 'name'>;

/** What no stage has otherwise by itself; context may. */
const common = {
  streamSeconds: 60,
  showsGraphqlSchema: true,
  customerKey: false,
  firewall: false,
  firewallRate: 20_000,
} satisfies Partial<Settings>;

/** `npm start`: one machine, one tenant, tests that submit thousands of jobs at once. */
const local: Settings = {
  ...common,
  keepsData: false,
  emptiesBucket: false,
  logRetention: RetentionDays.ONE_DAY,
  logLevel: 'info',
  throttle: { ratePerSecond: 10_000, burst: 5_000 },
  jobsPerWindow: 1_000_000,
  deliveryConcurrency: 20,
  allowLoopback: true,
  hasConsole: true,
  hostsConsole: false,
  hasAlarms: false,
  hasDashboard: false,
};

const stages: Record<string, Settings> = {
  local,
  dev: {
    ...common,
    keepsData: false,
    emptiesBucket: true,
    logRetention: RetentionDays.ONE_WEEK,
    logLevel: 'info',
    throttle: { ratePerSecond: 200, burst: 400 },
    jobsPerWindow: 3_000,
    deliveryConcurrency: 20,
    allowLoopback: false,
    hasConsole: false,
    hostsConsole: true,
    hasAlarms: true,
    hasDashboard: true,
  },
  // `npm run deploy:local`: the whole service on an emulator of AWS, with what the tests need of the stage `local`. It
  // hosts no console, for nobody answers under CloudFront's names there, and MiniStack takes no alarm on metric math.
  emulator: { ...local, hasConsole: false, hasDashboard: true },
  prod: {
    ...common,
    keepsData: true,
    emptiesBucket: false,
    logRetention: RetentionDays.THREE_MONTHS,
    logLevel: 'info',
    throttle: { ratePerSecond: 2_000, burst: 2_000 },
    // An account's default is 1,000 environments, of which 100 cannot be set aside.
    streamConcurrency: 200,
    jobsPerWindow: 3_000,
    deliveryConcurrency: 100,
    allowLoopback: false,
    hasConsole: false,
    hostsConsole: true,
    hasAlarms: true,
    hasDashboard: true,
  },
};

export const stageNames: readonly string[] = Object.keys(stages);

/** The stage of that name as it stands here; throws where there is none, naming those that there are. */
export function getStage(name: unknown): Stage {
  const settings = typeof name === 'string' && Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (typeof name === 'string' && settings) return { name, ...settings };
  throw new Error(
    `Cannot use the stage ${JSON.stringify(name)}: lib/stages.ts has no such stage, write one of ${stageNames.join(', ')}, as in \`cdk deploy -c stage=dev\``,
  );
}
