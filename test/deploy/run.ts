// `npm run test:deploy`: deploys the stack to MiniStack by the real CDK command line, and holds it to the contract.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { apiOf } from '../contract/api.ts';
import { cases } from '../contract/cases.ts';
import { localKeys } from '../contract/local-keys.ts';
import { type Outcome, startCases } from '../contract/run-cases.ts';
import type { Target } from '../contract/target.ts';
import { compareWithGaps, describeGaps, unlisted } from './compare-with-gaps.ts';
import { gaps } from './gaps.ts';
import {
  finishInstallation,
  freePort,
  type MiniStack,
  NoMiniStackError,
  startInstallation,
  startMiniStack,
} from './ministack.ts';
import { type ProcessGroup, startGroup } from './process-group.ts';

const root = join(import.meta.dirname, '../..');
/** As sysexits.h has it for what may work another time: nothing was tested. */
const skipped = 75;
/** More cases than this do not fail because the machine is busy. */
const mostDoubtful = 30;

const started: (MiniStack | ProcessGroup)[] = [];
let stopping: Promise<void> | undefined;

/** Ends all that was started, the last first. Whoever calls it a second time waits for the same end. */
function stopAll(): Promise<void> {
  stopping ??= (async () => {
    for (let last = started.pop(); last; last = started.pop()) await last.stop();
  })();
  return stopping;
}

let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    isInterrupted = true;
    void stopAll().then(() => process.exit(1));
  });
}
// A case that fails at one of its requests leaves the others behind, whose failures nobody waits for.
process.on('unhandledRejection', () => undefined);
process.once('uncaughtException', (error) => {
  console.error(error);
  void stopAll().then(() => process.exit(1));
});

interface Deployment {
  rest: string;
  tableName: string;
  key: string;
}

async function deploy({ url }: MiniStack): Promise<Deployment> {
  const command = startGroup(process.execPath, [join(root, 'ops/deploy-local.ts'), '--json'], {
    cwd: root,
    env: { ...process.env, AWS_ENDPOINT_URL: url, JOBWIRE_TEST_JOBS: '1' },
  });
  started.push(command);
  const code = await command.ended;
  if (code !== 0) throw new Error(`Cannot deploy: npm run deploy:local has ended with ${code}\n${command.output()}`);
  const [line = ''] = command
    .output()
    .split('\n')
    .filter((text) => text.startsWith('{'));
  return JSON.parse(line) as Deployment;
}

async function targetOf({ rest, tableName, key }: Deployment, { url }: MiniStack): Promise<Target> {
  const keys = localKeys({ tableName, dynamodbUrl: url });
  const other = await keys.make({ tenant: 'deploy-other' });
  return { url: rest, key, otherKey: other.key, keys, namesSubprotocol: false };
}

/** Takes one job from its 202 to `succeeded`, at the address that the deployment has printed. */
async function proveJob(target: Target): Promise<void> {
  const api = apiOf(target);
  const { id } = await api.submitEcho('deployed');
  const { status, output } = await api.end(id);
  assert.deepEqual({ status, output }, { status: 'succeeded', output: { value: 'deployed' } });
  console.log(`${id}: 202, then ${status}`);
}

async function run(): Promise<number> {
  const installation = startInstallation();
  started.push(installation);
  await finishInstallation(installation);
  const ministack = startMiniStack(await freePort());
  started.push(ministack);
  console.log(`MiniStack ${await ministack.ready()} at ${ministack.url}`);
  const deployment = await deploy(ministack);
  console.log(`Deployed to ${deployment.rest} (${elapsed()})`);
  const target = await targetOf(deployment, ministack);
  await proveJob(target);
  return report(await runCases(target));
}

/** All cases; those that fail and are no gap once more and one by one, for a busy machine alone can fail them. */
async function runCases(target: Target): Promise<Outcome[]> {
  const outcomes = await Promise.all(startCases(cases, target, { fastAtOnce: 2, slowEveryMs: 1_200 }).values());
  const doubtful = unlisted(outcomes, gaps).map(({ id }) => id);
  if (doubtful.length === 0 || doubtful.length > mostDoubtful) return outcomes;
  console.log(`Once more, one by one (${elapsed()}): ${doubtful.join(' ')}`);
  const again = cases.filter(({ id }) => doubtful.includes(id));
  const second = await Promise.all(startCases(again, target, { fastAtOnce: 1, slowEveryMs: 3_000 }).values());
  return outcomes.map((outcome) => second.find(({ id }) => id === outcome.id) ?? outcome);
}

function report(outcomes: Outcome[]): number {
  const count = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result).length;
  const summary = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  console.log(`Contract: ${summary} (${elapsed()})\n\nWhat the emulator cannot do:\n${describeGaps(outcomes, gaps)}`);
  const faults = compareWithGaps(outcomes, gaps);
  for (const fault of faults) console.error(`\n${fault}`);
  return faults.length > 0 ? 1 : 0;
}

const elapsed = () => `${Math.round(performance.now() / 1000)} s`;

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof NoMiniStackError && !isInterrupted ? skipped : 1;
} finally {
  await stopAll();
}
process.exit();
