import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { didYouMean } from './closest-word.ts';
import type { Command, OptionSpecs, OptionValues } from './command.ts';
import { globalOptions } from './global-options.ts';
import { optionsConfig, parseOptions } from './parse-options.ts';
import { UsageError } from './usage-error.ts';

/** What a command line asks for: a command to run, or help on one, on a group of them, or on all. */
export type Asked =
  | { to: 'run'; command: Command; words: string[]; values: OptionValues<OptionSpecs> }
  | { to: 'help'; name: string }
  | { to: 'version' };

/** Reads a command line. Throws a `UsageError` that says what it must be. */
export function parseCommand(args: readonly string[], commands: readonly Command[]): Asked {
  const { values: early, positionals } = parseLoosely(args, commands);
  if (early.version) return { to: 'version' };
  const isHelp = early.help || positionals[0] === 'help';
  const typed = positionals[0] === 'help' ? positionals.slice(1) : positionals;
  const command = commandOf(typed, commands);
  if (isHelp) return { to: 'help', name: command?.name ?? groupOf(typed, commands) };
  if (!command) throw unknownCommand(typed, commands);
  return { to: 'run', command, ...parseOptions(args, command) };
}

/** Finds the command among options of any command: which of them it takes is known only then. */
function parseLoosely(args: readonly string[], commands: readonly Command[]) {
  const specs: OptionSpecs = Object.assign({}, ...commands.map(({ options }) => options), globalOptions);
  const options: ParseArgsOptionsConfig = {
    ...optionsConfig(specs),
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  };
  return parseArgs({ args: [...args], options, allowPositionals: true, strict: false });
}

function commandOf(typed: readonly string[], commands: readonly Command[]): Command | undefined {
  const names = [typed.slice(0, 2).join(' '), typed[0]];
  return commands.find(({ name }) => name === names[0]) ?? commands.find(({ name }) => name === names[1]);
}

/** `webhooks`, where a group of commands is meant and none of them; else nothing. */
function groupOf([typed = '']: readonly string[], commands: readonly Command[]): string {
  if (typed === '' || commands.some(({ name }) => name.startsWith(`${typed} `))) return typed;
  throw unknownCommand([typed], commands);
}

function unknownCommand([first, second]: readonly string[], commands: readonly Command[]): UsageError {
  if (first === undefined) return new UsageError('Cannot run jobwire: no command is given', '');
  const inGroup = commands
    .filter(({ name }) => name.startsWith(`${first} `))
    .map(({ name }) => name.slice(first.length + 1));
  if (inGroup.length > 0) {
    const what = second === undefined ? `${first} alone` : `${first} ${second}`;
    const meant = second === undefined ? '' : didYouMean(second, inGroup);
    return new UsageError(`Cannot run ${what}: it must be ${first} with one of ${inGroup.join(', ')}${meant}`, first);
  }
  const names = [...new Set(commands.flatMap(({ name }) => [name, name.split(' ')[0] ?? name]))];
  return new UsageError(`Cannot run ${first}: there is no such command${didYouMean(first, names)}`, '');
}
