import { parseArgs } from 'node:util';
import { cases } from './cases.ts';
import { type Outcome, startCases } from './run-cases.ts';

const usage = `npm run test:contract -- --url <REST address> --key <API key with the scope admin>
  --other-key <key>  a key of another tenant: without it, the cases with two tenants are skipped
  --only <ids>       only these cases: ids or the start of ids, with commas between them
  --json             prints the outcomes as JSON
Exits with 1 where a MUST fails.`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    key: { type: 'string' },
    'other-key': { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

if (!values.url || !values.key) {
  console.error(usage);
  process.exit(2);
}

const url = values.url.replace(/\/$/, '');
const fault = await faultOfTarget(url, values.key);
if (fault !== undefined) {
  console.error(fault);
  process.exit(2);
}

const prefixes = values.only?.split(',') ?? [''];
const chosen = cases.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix)));
if (chosen.length === 0) {
  console.error(`Cannot run the cases ${values.only}: there are none, --only must hold ids or the start of ids`);
  process.exit(2);
}
const running = startCases(chosen, { url, key: values.key, otherKey: values['other-key'] });
const outcomes: Outcome[] = [];
for (const outcome of running.values()) {
  outcomes.push(await outcome);
  if (!values.json) printOutcome(await outcome);
}
const failedMusts = outcomes.filter(({ result, level }) => result === 'failed' && level === 'MUST');
if (values.json) console.log(JSON.stringify(outcomes, null, 2));
else printSummary();
process.exit(failedMusts.length > 0 ? 1 : 0);

/** Why no case can pass: said once, instead of in every case. */
async function faultOfTarget(url: string, key: string): Promise<string | undefined> {
  try {
    const { status } = await fetch(`${url}/jobs?limit=1`, { headers: { authorization: `Bearer ${key}` } });
    if (status === 200) return undefined;
    if (status === 401 || status === 403)
      return `Cannot use the key at ${url}: GET /jobs answers ${status}, --key must be good and have the scope admin`;
    return `Cannot test ${url}: GET /jobs answers ${status}, --url must be a REST address, such as http://localhost:8202/v1`;
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? (cause as Error & { code?: string }).code || cause.message : message;
    return `Cannot reach ${url}: ${reason}, --url must be a REST address, such as http://localhost:8202/v1`;
  }
}

function printOutcome({ id, level, name, result, ms, note }: Outcome): void {
  console.log(`${result.padEnd(7)} ${id.padEnd(12)} ${level.padEnd(6)} ${name} (${ms} ms)`);
  if (note) console.log(note.replace(/^/gm, '        '));
}

function printSummary(): void {
  const count = (result: Outcome['result'], level: Outcome['level']) =>
    outcomes.filter((outcome) => outcome.result === result && outcome.level === level).length;
  for (const level of ['MUST', 'SHOULD'] as const) {
    console.log(
      `${level}: ${count('passed', level)} passed, ${count('failed', level)} failed, ${count('skipped', level)} skipped`,
    );
  }
  const failed = outcomes.filter(({ result }) => result === 'failed').map(({ id }) => id);
  if (failed.length > 0) console.log(`Failed: ${failed.join(' ')}`);
}
