// `npm run ops`: the operator's verbs, on the local server or a deployed stack.
import { parseArgs } from 'node:util';
import { showDeadLetters } from './dead-letters.ts';
import { endpoint } from './endpoint.ts';
import { purge } from './purge.ts';
import { redrive } from './redrive.ts';
import { openStack } from './stack-target.ts';
import { showStatus } from './status.ts';
import { UsageError } from './usage-error.ts';
import type { Verb } from './verb.ts';

const help = `Shows how the service does, and mends it.

  npm run ops -- status                              queues, dead letters, failing receivers, disabled endpoints
  npm run ops -- dead-letters [--type NAME]          jobs that died, and why
  npm run ops -- redrive --job ID | --type NAME      runs dead letters again, as new jobs linked to the old ones
  npm run ops -- purge --type NAME --yes             cancels the jobs of a type that wait; their clients hear of it
  npm run ops -- purge --dead-letters [--type NAME] --yes
                                                     takes dead letters off the list; the jobs stay
  npm run ops -- endpoint show|enable|disable|test ID
                                                     one webhook endpoint, and its last attempts

  --tenant NAME   of this tenant alone
  --limit N       as many entries at most (50)
  --json          answers as JSON, for programs

Works on the local server where one is running, else on a deployed stack:
  --stack NAME    such as jobwire-prod; AWS credentials and region as for the aws command. They must allow
                  lambda:GetFunctionConfiguration and lambda:InvokeFunction on the stack's functions, reading the
                  table and its indexes, sqs:GetQueueAttributes and cloudwatch:GetMetricData, and kms:Decrypt on
                  the stack's key, where it has one (customerKey).

Exit codes: 0 done; 1 failed; 2 the command is not complete, and nothing has been done.
docs/operate.md says when to use which, docs/runbook.md what to do when an alarm rings.
`;

const options = {
  tenant: { type: 'string' },
  type: { type: 'string' },
  job: { type: 'string', multiple: true },
  limit: { type: 'string' },
  yes: { type: 'boolean' },
  'dead-letters': { type: 'boolean' },
  stack: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Option = keyof typeof options;

const always: Option[] = ['tenant', 'stack', 'json', 'help'];
const verbs: Record<string, { run: Verb; takes: Option[]; words?: true }> = {
  status: { run: showStatus, takes: [] },
  'dead-letters': { run: showDeadLetters, takes: ['type', 'limit'] },
  redrive: { run: redrive, takes: ['job', 'type'] },
  purge: { run: purge, takes: ['type', 'dead-letters', 'yes'] },
  endpoint: { run: endpoint, takes: ['limit'], words: true },
};

/** Does what the command line says, and returns what to print. */
async function run(args: string[]): Promise<string> {
  const { values, positionals } = readArguments(args);
  const [name = '', ...words] = positionals;
  if (values.help || name === 'help') return help;
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb || (words.length > 0 && !verb.words)) {
    throw new UsageError(
      `Cannot do "${positionals.join(' ')}": it must be one of ${Object.keys(verbs).join(', ')}; npm run ops -- --help tells more`,
    );
  }
  for (const option of Object.keys(values) as Option[]) {
    if (![...always, ...verb.takes].includes(option)) {
      const taken = [...verb.takes, ...always].map((each) => `--${each}`).join(', ');
      throw new UsageError(`Cannot use --${option} with ${name}: it takes ${taken}`);
    }
  }
  const limit = readLimit(values.limit);
  const stack = await openStack({ name: values.stack, env: process.env });
  const { tenant, type, job: jobs = [], yes: hasYes = false, 'dead-letters': ofDeadLetters = false } = values;
  const report = await verb.run({ stack, words, tenant, type, jobs, limit, hasYes, ofDeadLetters });
  if (report.isBad) process.exitCode = 1;
  return values.json ? `${JSON.stringify(report.json, undefined, 2)}\n` : `${report.text}\n`;
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readLimit(text = '50'): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000) return limit;
  throw new UsageError(`Cannot use --limit ${text}: it must be an integer from 1 to 1000`);
}

try {
  process.stdout.write(await run(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
