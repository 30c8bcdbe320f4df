import type { Assembly } from '../assembly/read-assembly.ts';
import type { Invoke } from '../lambda/invoke.ts';
import type { Log } from '../log/log.ts';

interface SchedulesOptions {
  invoke: Invoke;
  log: Log;
}

/** The scheduled rules of the assembly that was loaded last. */
export interface Schedules {
  load(assembly: Assembly): void;
  stop(): void;
}

interface RuleProperties {
  ScheduleExpression?: string;
  State?: string;
  Targets?: { Arn: string; Input?: string }[];
}

interface ScheduleProperties {
  ScheduleExpression: string;
  State?: string;
  Target: { Arn: string; Input?: string };
}

interface ScheduledCall {
  ruleArn: string;
  functionArn: string;
  input?: string;
}

interface Schedule {
  intervalMs: number;
  calls: ScheduledCall[];
}

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export function startSchedules({ invoke, log }: SchedulesOptions): Schedules {
  const running = new Map<string, { schedule: Schedule; timer: NodeJS.Timeout }>();

  async function run({ ruleArn, functionArn, input }: ScheduledCall): Promise<void> {
    const result = await invoke(functionArn, input === undefined ? scheduledEvent(ruleArn) : JSON.parse(input));
    if (!result.ok) log.error('schedule', `${functionArn.split(':').at(-1)} failed: ${result.error.errorMessage}`);
  }

  return {
    load(assembly) {
      const wanted = schedulesOf(assembly);
      for (const [logicalId, { schedule, timer }] of running) {
        // One that stays as it is keeps its beat, however often the stack is loaded.
        if (JSON.stringify(wanted.get(logicalId)) === JSON.stringify(schedule)) continue;
        clearInterval(timer);
        running.delete(logicalId);
      }
      for (const [logicalId, schedule] of wanted) {
        if (running.has(logicalId)) continue;
        const timer = setInterval(() => void schedule.calls.map(run), schedule.intervalMs).unref();
        running.set(logicalId, { schedule, timer });
      }
    },
    stop() {
      for (const { timer } of running.values()) clearInterval(timer);
    },
  };
}

function schedulesOf(assembly: Assembly): Map<string, Schedule> {
  const schedules = new Map<string, Schedule>();
  for (const [logicalId, { type, properties }] of Object.entries(assembly.resources)) {
    const ruleArn = () => String(assembly.resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] }));
    if (type === 'AWS::Events::Rule') {
      const { ScheduleExpression, State, Targets = [] } = assembly.resolve(properties) as RuleProperties;
      if (ScheduleExpression === undefined || State === 'DISABLED') continue;
      schedules.set(logicalId, describe(ScheduleExpression, Targets, ruleArn()));
    } else if (type === 'AWS::Scheduler::Schedule') {
      const { ScheduleExpression, State, Target } = assembly.resolve(properties) as ScheduleProperties;
      if (State !== 'DISABLED') schedules.set(logicalId, describe(ScheduleExpression, [Target], ruleArn()));
    }
  }
  return schedules;
}

function describe(expression: string, targets: { Arn: string; Input?: string }[], ruleArn: string): Schedule {
  const calls = targets
    .filter(({ Arn }) => Arn.includes(':lambda:'))
    .map(({ Arn, Input }) => ({ ruleArn, functionArn: Arn, ...(Input !== undefined && { input: Input }) }));
  return { intervalMs: intervalMs(expression), calls };
}

/** The milliseconds of `rate(5 minutes)`. */
export function intervalMs(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
  if (milliseconds > 0) return milliseconds;
  throw new Error(`Cannot run the schedule ${expression}: the local server knows rate(<count> minutes|hours|days)`);
}

function scheduledEvent(ruleArn: string) {
  return {
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: new Date().toISOString(),
    region: 'us-east-1',
    resources: [ruleArn],
    detail: {},
  };
}
