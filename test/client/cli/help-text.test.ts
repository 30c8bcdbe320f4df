import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../client/cli/commands.ts';
import { exitCodes } from '../../../client/cli/exit-codes.ts';
import { helpOnAll, helpOnCommand } from '../../../client/cli/help-text.ts';
import { parseCommand } from '../../../client/cli/parse-command.ts';
import { paintFor } from '../../../client/cli/terminal/paint.ts';
import { version } from '../../../client/cli/version.ts';

const root = join(import.meta.dirname, '../../..');
const options = { program: 'jobwire', paint: paintFor({}) };
const page = readFileSync(join(root, 'docs/command-line.md'), 'utf8');

test('helpOnAll() lists every command, every option of all, and every exit code', () => {
  const help = helpOnAll(commands, '', options);
  for (const { name, summary } of commands) {
    expect(help).toMatch(new RegExp(`\\n  ${name}\\b`));
    expect(help).toContain(summary);
  }
  for (const { code, meaning } of Object.values(exitCodes))
    expect(help).toContain(`${String(code).padEnd(3)}  ${meaning}`);
  for (const option of ['--url', '--key', '--json', '--help']) expect(help).toContain(option);
});

test('helpOnAll() of a group lists its commands alone', () => {
  const help = helpOnAll(commands, 'dead-letters', options);
  expect(help).toContain('dead-letters redrive [<job>...]');
  expect(help).not.toContain('webhooks');
});

describe.each(commands.map((command) => [command.name, command] as const))('the help on %s', (_, command) => {
  const help = helpOnCommand(command, options);

  test('says all that it takes, in lines that fit', () => {
    for (const name of Object.keys(command.options)) expect(help).toContain(`--${name}`);
    for (const { name } of command.words) expect(help).toContain(`<${name}>`);
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(125);
  });

  test('has examples that can be run', () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      // As a shell splits it: quotes are the only thing that examples need.
      const args = [...example.matchAll(/(?:'([^']*)'|"([^"]*)"|(\S+))/g)].map(
        (match) => match[1] ?? match[2] ?? match[3] ?? '',
      );
      expect(parseCommand(args, commands)).toMatchObject({ to: 'run', command: { name: command.name } });
    }
  });

  test('stands in docs/command-line.md', () => {
    expect(page).toContain(`\`${command.name}`);
    for (const name of Object.keys(command.options)) expect(page).toContain(`--${name}`);
  });
});

test('docs/command-line.md has every exit code', () => {
  for (const { code, meaning } of Object.values(exitCodes)) expect(page).toContain(`| ${code} | ${meaning} |`);
});

test('the version is that of the package', () => {
  expect(version).toBe(JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8')).version);
});
