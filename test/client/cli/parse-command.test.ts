import { expect, test } from 'vitest';
import { commands } from '../../../client/cli/commands.ts';
import { globalOptions } from '../../../client/cli/global-options.ts';
import { parseCommand } from '../../../client/cli/parse-command.ts';
import { UsageError } from '../../../client/cli/usage-error.ts';

function run(line: string[]) {
  const asked = parseCommand(line, commands);
  if (asked.to !== 'run') return asked;
  return { name: asked.command.name, words: asked.words, values: asked.values };
}

test.each<[string[], object]>([
  [['list'], { name: 'list', words: [], values: {} }],
  [['list', '--limit', '5', '--json'], { name: 'list', words: [], values: { limit: 5, json: true } }],
  [['--limit=5', '--type', 'a', 'list'], { name: 'list', words: [], values: { limit: 5, type: 'a' } }],
  [['--url', 'http://x/v1', 'get', 'job_1'], { name: 'get', words: ['job_1'], values: { url: 'http://x/v1' } }],
  [['webhooks', 'create', 'https://x'], { name: 'webhooks create', words: ['https://x'], values: {} }],
  [['webhooks', '--json', 'get', 'whk_1'], { name: 'webhooks get', words: ['whk_1'], values: { json: true } }],
  [
    ['submit', 'echo', '--input', 'a=1', 'b=2', '--input', 'c=3'],
    { name: 'submit', words: ['echo', 'b=2'], values: { input: ['a=1', 'c=3'] } },
  ],
  [['submit', 'echo', '--', '--odd=1'], { name: 'submit', words: ['echo', '--odd=1'], values: {} }],
  [['types'], { name: 'types', words: [], values: {} }],
  [['dead-letters', 'redrive', 'a', 'b'], { name: 'dead-letters redrive', words: ['a', 'b'], values: {} }],
])('parseCommand() reads %j', (line, expected) => {
  expect(run(line)).toEqual(expected);
});

test.each<[string[], object]>([
  [['--help'], { to: 'help', name: '' }],
  [['-h'], { to: 'help', name: '' }],
  [['help'], { to: 'help', name: '' }],
  [['help', 'submit'], { to: 'help', name: 'submit' }],
  [['submit', '--help'], { to: 'help', name: 'submit' }],
  [['submit', 'echo', '-h', '--nonsense'], { to: 'help', name: 'submit' }],
  [['webhooks', '--help'], { to: 'help', name: 'webhooks' }],
  [['help', 'webhooks', 'create'], { to: 'help', name: 'webhooks create' }],
  [['--version'], { to: 'version' }],
])('parseCommand() sees in %j that no command is to run', (line, expected) => {
  expect(run(line)).toEqual(expected);
});

test.each<[string[], string]>([
  [[], 'Cannot run jobwire: no command is given'],
  [['submt'], 'Cannot run submt: there is no such command; did you mean "submit"?'],
  [['webhook', 'list'], 'Cannot run webhook: there is no such command; did you mean "webhooks"?'],
  [['help', 'wach'], 'Cannot run wach: there is no such command; did you mean "watch"?'],
  [['webhooks', 'creat', 'x'], 'did you mean "create"?'],
  [['webhooks'], 'Cannot run webhooks alone: it must be webhooks with one of list, create, get'],
  [['dead-letters', 'constructor'], 'Cannot run dead-letters constructor: it must be dead-letters with one of'],
  [['toString'], 'Cannot run toString: there is no such command'],
  [['list', '--limt', '5'], 'Cannot run list with --limt: there is no such option; did you mean --limit?'],
  [['list', '-x'], 'Cannot run list with -x: there is no such option'],
  [['list', '--limit'], 'Cannot run list with --limit: it needs a value: --limit=n'],
  [['list', '--limit', '--all'], 'Cannot run list with --limit: it needs a value: --limit=n'],
  [['list', '--all=yes'], 'Cannot run list with --all: it takes no value'],
  [['list', '--limit', '0'], 'Cannot use --limit 0: it must be a whole number from 1 on'],
  [['list', '--limit', '1e3'], 'Cannot use --limit 1e3: it must be a whole number'],
  [['submit', 'echo', '--delay', '901'], 'Cannot use --delay 901: it must be a whole number from 0 to 900'],
  [
    ['list', '--status', 'suceeded'],
    'it must be one of queued, running, succeeded, failed, canceled, timed-out; did you',
  ],
  [['watch'], 'Cannot run watch: no <job> is given'],
  [['watch', 'a', 'b'], 'Cannot run watch with "b": it takes one word'],
  [['list', 'jobs'], 'Cannot run list with "jobs": it takes no words, options alone'],
])('parseCommand() refuses %j', (line, message) => {
  expect(() => parseCommand(line, commands)).toThrow(UsageError);
  expect(() => parseCommand(line, commands)).toThrow(message);
});

test('an option of one name is of one kind in all commands: options are read before the command is known', () => {
  const kinds = new Map<string, Set<string>>();
  for (const options of [globalOptions, ...commands.map((command) => command.options)]) {
    for (const [name, { kind }] of Object.entries(options)) {
      kinds.set(name, (kinds.get(name) ?? new Set()).add(kind === 'flag' ? 'flag' : 'value'));
    }
  }
  expect([...kinds].filter(([, each]) => each.size > 1)).toEqual([]);
});
