import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { closestWord, didYouMean } from './closest-word.ts';
import type { Command, OptionSpec, OptionSpecs, OptionValues } from './command.ts';
import { globalOptions } from './global-options.ts';
import { UsageError } from './usage-error.ts';

/** What `command` is given: its words, without its own name, and its options. */
export function parseOptions(
  args: readonly string[],
  command: Command,
): { words: string[]; values: OptionValues<OptionSpecs> } {
  const specs: OptionSpecs = { ...globalOptions, ...command.options };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: optionsConfig(specs),
      allowPositionals: true,
    });
    const read = Object.entries(values).map(([name, value]) => [name, readValue(name, value, specs[name])]);
    const words = positionals.slice(command.name.split(' ').length);
    checkWords(words, command);
    return { words, values: Object.fromEntries(read) };
  } catch (error) {
    throw new UsageError(error instanceof UsageError ? error.message : faultOf(error, command, specs), command.name);
  }
}

/** `specs` as `parseArgs` takes them. */
export function optionsConfig(specs: OptionSpecs): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { kind, many }]) => [
      name,
      { type: kind === 'flag' ? 'boolean' : 'string', multiple: many === true } as const,
    ]),
  );
}

/** What `parseArgs` finds wrong, in our words. */
function faultOf(error: unknown, command: Command, specs: OptionSpecs): string {
  const { code, message = String(error) } = error as NodeJS.ErrnoException;
  if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
  const [, option = ''] = /'(-[^' ]*)/.exec(message) ?? [];
  const name = option.replace(/^-+/, '');
  const cannot = `Cannot run ${command.name} with ${option}`;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const meant = closestWord(name, Object.keys(specs));
    return `${cannot}: there is no such option${meant === undefined ? '' : `; did you mean --${meant}?`}`;
  }
  const spec = specs[name];
  return spec?.kind === 'flag'
    ? `${cannot}: it takes no value`
    : `${cannot}: it needs a value: --${name}=${spec?.value ?? 'value'}`;
}

function readValue(name: string, value: unknown, spec: OptionSpec | undefined): unknown {
  if (spec?.kind === 'text' && spec.choices) {
    for (const each of [value].flat()) checkChoice(name, String(each), spec.choices);
  }
  return spec?.kind === 'number' ? readNumber(name, String(value), spec) : value;
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  const meant = didYouMean(value, choices);
  throw new UsageError(`Cannot use --${name} ${value}: it must be one of ${choices.join(', ')}${meant}`);
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

function checkWords(words: readonly string[], { name, words: specs }: Command): void {
  const missing = specs[words.length];
  if (missing && !missing.optional) throw new UsageError(`Cannot run ${name}: no <${missing.name}> is given`);
  const extra = words[specs.length];
  if (extra === undefined || specs.at(-1)?.many) return;
  throw new UsageError(`Cannot run ${name} with "${extra}": it takes ${wordsTaken(specs.length)}`);
}

function wordsTaken(count: number): string {
  if (count === 0) return 'no words, options alone';
  return count === 1 ? 'one word' : `${count} words`;
}
