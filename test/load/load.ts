import assert from 'node:assert/strict';
import { isEnd } from '../../protocol/lifecycle.ts';
import type { Job, JobEvent, Json } from '../../protocol/types.ts';
import { type Api, apiOf } from '../contract/api.ts';
import { assertWholeLog } from '../contract/expect.ts';
import type { Target } from '../contract/target.ts';

/** A job to submit, and how it must end. */
interface Plan {
  type: string;
  input: Json;
  end: { type: string; output?: Json; code?: string };
}

export interface LoadReport {
  jobs: number;
  /** How many jobs ended with each event. */
  ends: Record<string, number>;
  /** Jobs whose log holds more or fewer than one end, or another end than they must have. */
  failures: string[];
  /** Runs of echoes beyond their first. A worker of theirs never dies, whatever becomes of others, so none is lost. */
  extraRuns: number;
  submitSeconds: number;
  /** From the first submit to the last end. */
  totalSeconds: number;
  /** Ended jobs a second, those that crash or wait left out. */
  echoRate: number;
}

const batchSize = 100;
const singlesAtOnce = 8;
/** A run that was lost right at its claim is known when its function's time is over: 655 s for an echo. */
const patienceMs = 800_000;

/** Submits `count` jobs, most of them `echo`, and follows each to its end by its log. */
export async function load(target: Target, count: number): Promise<LoadReport> {
  const api = apiOf(target);
  const plans = Array.from({ length: count }, (_, index) => planOf(index, count));
  const startMs = Date.now();
  const jobs = await submitAll(api, plans);
  const submitSeconds = (Date.now() - startMs) / 1000;
  const report: LoadReport = {
    jobs: jobs.length,
    ends: {},
    failures: [],
    extraRuns: 0,
    submitSeconds,
    totalSeconds: 0,
    echoRate: 0,
  };
  let [echoes, lastMs, lastEchoMs] = [0, startMs, startMs];

  await inLanes(jobs, 8, async ({ job, plan }) => {
    const events = await wholeLog(api, job.id);
    const end = events.at(-1);
    report.ends[end?.type ?? 'none'] = (report.ends[end?.type ?? 'none'] ?? 0) + 1;
    const endMs = Date.parse(end?.time ?? '');
    lastMs = Math.max(lastMs, endMs);
    if (plan.type === 'echo') {
      echoes += 1;
      lastEchoMs = Math.max(lastEchoMs, endMs);
      report.extraRuns += events.filter(({ type }) => type === 'job.running').length - 1;
    }
    try {
      checkEnd(events, plan);
    } catch (error) {
      report.failures.push(`${job.id} ${JSON.stringify(plan)}: ${error instanceof Error ? error.message : error}`);
    }
  });
  report.totalSeconds = (lastMs - startMs) / 1000;
  report.echoRate = echoes / ((lastEchoMs - startMs) / 1000);
  return report;
}

/** Not `oom`: collecting the garbage of a full heap takes all cores of a small machine from the services. OUTCOME cases have it. */
const crashModes = ['exit', 'late-throw', 'hang'];

/** Mostly echoes; 4 in 100 are flaky, and a few crash. */
function planOf(index: number, count: number): Plan {
  const value = `job ${index} of ${count}`;
  const crashEvery = Math.max(50, Math.ceil(count / 12));
  if (index % crashEvery === 7) {
    const mode = crashModes[Math.floor(index / crashEvery) % crashModes.length] ?? 'exit';
    return { type: 'crash', input: { mode, runs: 1 }, end: { type: 'job.succeeded', output: { survived: true } } };
  }
  if (index % 50 === 3) {
    return { type: 'flaky', input: { failures: 1 }, end: { type: 'job.succeeded', output: { runs: 2 } } };
  }
  if (index % 50 === 28) return { type: 'flaky', input: { failures: 1, final: true }, end: { type: 'job.failed' } };
  return { type: 'echo', input: { value }, end: { type: 'job.succeeded', output: { value } } };
}

/** Nine in ten in batches, the others one by one, at the same time. */
async function submitAll(api: Api, plans: Plan[]): Promise<{ job: Job; plan: Plan }[]> {
  const singles = plans.filter((_, index) => index % 10 === 0);
  const batched = plans.filter((_, index) => index % 10 !== 0);
  const batches = Array.from({ length: Math.ceil(batched.length / batchSize) }, (_, n) =>
    batched.slice(n * batchSize, (n + 1) * batchSize),
  );
  const submitted: { job: Job; plan: Plan }[] = [];
  await Promise.all([
    inLanes(singles, singlesAtOnce, async (plan) => {
      submitted.push({ job: await api.submit({ type: plan.type, input: plan.input }), plan });
    }),
    inLanes(batches, 2, async (batch) => {
      const body = { jobs: batch.map(({ type, input }) => ({ type, input })) };
      const answer = await api.call('POST', '/jobs/batch', { body });
      assert.equal(answer.status, 207, answer.text.slice(0, 300));
      const { results } = answer.body as { results: { status: number; job?: Job }[] };
      batch.forEach((plan, index) => {
        const job = results[index]?.job;
        assert.ok(job, `entry ${index} of a batch is ${JSON.stringify(results[index])}`);
        submitted.push({ job, plan });
      });
    }),
  ]);
  return submitted;
}

async function wholeLog({ call }: Api, id: string): Promise<JobEvent[]> {
  for (const endMs = Date.now() + patienceMs; ; ) {
    const answer = await call('GET', `/jobs/${id}/events?limit=1000`);
    const { events, done } = answer.body as { events: JobEvent[]; done: boolean };
    if (done) return events;
    if (Date.now() > endMs) return events;
    await call('GET', `/jobs/${id}`, { headers: { prefer: 'wait=20' } });
  }
}

function checkEnd(events: JobEvent[], { end }: Plan): void {
  const ends = events.filter(({ type }) => isEnd(type));
  assert.equal(ends.length, 1, `${ends.length} ends: ${events.map(({ type }) => type).join(', ')}`);
  assertWholeLog(events);
  assert.equal(ends[0]?.type, end.type);
  if (end.output !== undefined) assert.deepEqual(ends[0]?.data, { status: 'succeeded', output: end.output });
}

/** Has `work` done for every item, at most `lanes` at a time. */
export async function inLanes<Item>(items: Item[], lanes: number, work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.toReversed();
  const lane = async () => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Lines that tell how a load went. */
export function describeLoad({
  jobs,
  ends,
  failures,
  extraRuns,
  submitSeconds,
  totalSeconds,
  echoRate,
}: LoadReport): string {
  const counts = Object.entries(ends).map(([type, times]) => `${type} ${times}`);
  return [
    `${jobs} jobs submitted in ${submitSeconds.toFixed(1)} s (${(jobs / submitSeconds).toFixed(0)} a second)`,
    `all ended ${totalSeconds.toFixed(1)} s after the first submit: ${counts.join(', ')}`,
    `echo: ${echoRate.toFixed(0)} jobs a second from submit to end; ${extraRuns} runs more than needed`,
    `${failures.length} jobs did not end as they must`,
  ].join('\n');
}
