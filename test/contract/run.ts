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

const prefixes = values.only?.split(',') ?? [''];
const chosen = cases.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix)));
const url = values.url.replace(/\/$/, '');
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
