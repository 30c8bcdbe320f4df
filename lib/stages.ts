import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** How one stage differs from another. What is not here is the same in all. */
export interface Stage {
  name: string;
  /** True: data, queues and logs outlive the stack and mistakes in it. False: `cdk destroy` leaves nothing. */
  keepsData: boolean;
  /** How long log lines are kept. */
  logRetention: RetentionDays;
  /** Requests a second (and at once) that each API takes from all tenants together. */
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
}

const stages: Record<string, Omit<Stage, 'name'>> = {
  // `npm start`: one machine, one tenant, tests that submit thousands of jobs at once.
  local: {
    keepsData: false,
    logRetention: RetentionDays.ONE_DAY,
    throttle: { ratePerSecond: 10_000, burst: 5_000 },
    streamSeconds: 60,
    jobsPerWindow: 1_000_000,
    deliveryConcurrency: 20,
    allowLoopback: true,
    hasConsole: true,
  },
  dev: {
    keepsData: false,
    logRetention: RetentionDays.ONE_WEEK,
    throttle: { ratePerSecond: 200, burst: 400 },
    streamSeconds: 60,
    jobsPerWindow: 3_000,
    deliveryConcurrency: 20,
    allowLoopback: false,
    hasConsole: false,
  },
  prod: {
    keepsData: true,
    logRetention: RetentionDays.THREE_MONTHS,
    throttle: { ratePerSecond: 2_000, burst: 2_000 },
    // An account's default is 1,000 environments, of which 100 cannot be set aside.
    streamConcurrency: 200,
    streamSeconds: 60,
    jobsPerWindow: 3_000,
    deliveryConcurrency: 100,
    allowLoopback: false,
    hasConsole: false,
  },
};

/** The stage of that name; throws where there is none, naming those that there are. */
export function getStage(name: unknown): Stage {
  const settings = typeof name === 'string' && Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (typeof name === 'string' && settings) return { name, ...settings };
  throw new Error(
    `Cannot use the stage ${JSON.stringify(name)}: lib/stages.ts has no such stage, write one of ${Object.keys(stages).join(', ')}, as in \`cdk deploy -c stage=dev\``,
  );
}
