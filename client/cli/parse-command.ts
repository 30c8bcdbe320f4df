import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { closestWord, didYouMean } from './closest-word.ts';
import type { Command, OptionSpec, OptionSpecs, OptionValues } from './command.ts';
import { globalOptions } from './global-options.ts';
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
  const depth = command.name.split(' ').length;
  return { to: 'run', command, ...parseOptions(args, command, depth) };
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

function optionsConfig(specs: OptionSpecs): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { kind, many }]) => [
      name,
      { type: kind === 'flag' ? 'boolean' : 'string', multiple: many === true } as const,
    ]),
  );
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

function parseOptions(args: readonly string[], command: Command, depth: number) {
  const specs: OptionSpecs = { ...globalOptions, ...command.options };
  const { values, positionals } = strictly(
    () => parseArgs({ args: [...args], options: optionsConfig(specs), allowPositionals: true }),
    command,
    specs,
  );
  const read = Object.entries(values).map(([name, value]) => [name, readValue(name, value, specs[name])]);
  return { words: checkWords(positionals.slice(depth), command), values: Object.fromEntries(read) };
}

/** What `parseArgs` finds wrong, in our words. */
function strictly<Parsed>(parse: () => Parsed, command: Command, specs: OptionSpecs): Parsed {
  try {
    return parse();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, option = ''] = /'(-[^' ]*)/.exec(message) ?? [];
    if ((error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const meant = closestWord(option.replace(/^-+/, ''), Object.keys(specs));
      const hint = meant === undefined ? '' : `; did you mean --${meant}?`;
      throw new UsageError(`Cannot run ${command.name} with ${option}: there is no such option${hint}`, command.name);
    }
    const name = option.replace(/^-+/, '');
    const what =
      specs[name]?.kind === 'flag'
        ? 'it takes no value'
        : `it needs a value: --${name}=${specs[name]?.value ?? 'value'}`;
    throw new UsageError(`Cannot run ${command.name} with ${option}: ${what}`, command.name);
  }
}

function readValue(name: string, value: unknown, spec: OptionSpec | undefined): unknown {
  if (spec?.kind === 'text' && spec.choices) {
    for (const each of [value].flat()) checkChoice(name, String(each), spec.choices);
  }
  return spec?.kind === 'number' ? readNumber(name, String(value), spec) : value;
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new UsageError(
    `Cannot use --${name} ${value}: it must be one of ${choices.join(', ')}${didYouMean(value, choices)}`,
  );
}

function readNumber(
  name: string,
  text: string,
  { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: OptionSpec,
): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= minimum && number <= maximum) return number;
  const upTo = maximum === Number.MAX_SAFE_INTEGER ? 'on' : `to ${maximum}`;
  throw new UsageError(`Cannot use --${name} ${text}: it must be a whole number from ${minimum} ${upTo}`);
}

function checkWords(words: string[], { name, words: specs }: Command): string[] {
  const missing = specs[words.length];
  if (missing && !missing.optional) {
    throw new UsageError(`Cannot run ${name}: no <${missing.name}> is given`, name);
  }
  const extra = words[specs.length];
  if (extra !== undefined && !specs.at(-1)?.many) {
    throw new UsageError(`Cannot run ${name} with "${extra}": it takes ${wordsTaken(specs.length)}`, name);
  }
  return words;
}

function wordsTaken(count: number): string {
  if (count === 0) return 'no words, options alone';
  return count === 1 ? 'one word' : `${count} words`;
}
