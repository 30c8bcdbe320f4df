import type { Command, OptionSpec, OptionSpecs } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { globalOptions } from './global-options.ts';
import { pad } from './terminal/display-width.ts';
import type { Paint } from './terminal/paint.ts';

interface HelpOptions {
  /** How this program is called here. */
  program: string;
  paint: Paint;
}

/** All commands, or those of the group `name`. */
export function helpOnAll(commands: readonly Command[], name: string, { program, paint }: HelpOptions): string {
  const shown = commands.filter((command) => name === '' || command.name.startsWith(`${name} `));
  const lines = shown.map((command) => [`${command.name} ${wordsOf(command)}`.trim(), command.summary] as const);
  const heading = name === '' ? 'Submits jobs to a Jobwire service and follows them.' : `The commands of ${name}.`;
  return [
    heading,
    '',
    `  ${program} ${name === '' ? '<command>' : `${name} <command>`} [options]`,
    '',
    paint.bold('Commands'),
    ...columns(lines, paint),
    '',
    paint.bold('Options of every command'),
    ...columns(optionLines(globalOptions), paint),
    '',
    ...(name === '' ? [paint.bold('Exit codes'), ...columns(exitCodeLines(), paint), ''] : []),
    `${program} ${name === '' ? 'submit' : `${shown[0]?.name}`} --help says more of one command.`,
  ].join('\n');
}

/** What one command takes and does, with examples to paste. */
export function helpOnCommand(command: Command, { program, paint }: HelpOptions): string {
  const words = command.words.map(({ name, help, many }) => [`<${name}>${many ? '...' : ''}`, help] as const);
  const section = (title: string, lines: readonly (readonly [string, string])[]) =>
    lines.length === 0 ? [] : ['', paint.bold(title), ...columns(lines, paint)];
  return [
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    `  ${program} ${`${command.name} ${wordsOf(command)}`.trim()} [options]`,
    ...section('Words', words),
    ...section('Options', optionLines(command.options)),
    ...section('Options of every command', optionLines(globalOptions)),
    '',
    paint.bold(command.examples.length === 1 ? 'Example' : 'Examples'),
    ...command.examples.map((example) => `  ${paint.cyan(`${program} ${example}`)}`),
  ].join('\n');
}

function wordsOf({ words }: Command): string {
  return words
    .map(({ name, optional, many }) => {
      const word = `<${name}>${many ? '...' : ''}`;
      return optional ? `[${word}]` : word;
    })
    .join(' ');
}

function optionLines(specs: OptionSpecs): (readonly [string, string])[] {
  return Object.entries(specs).map(([name, spec]) => [`--${name}${placeholderOf(spec)}`, helpOf(spec)] as const);
}

function placeholderOf({ kind, value = 'value', many }: OptionSpec): string {
  return kind === 'flag' ? '' : ` <${value}>${many ? '...' : ''}`;
}

function helpOf({ help, choices, minimum, maximum }: OptionSpec): string {
  if (choices) return `${help}: ${choices.join(', ')}`;
  return minimum === undefined || maximum === undefined ? help : `${help} (${minimum} to ${maximum})`;
}

function exitCodeLines(): (readonly [string, string])[] {
  return Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning] as const);
}

function columns(lines: readonly (readonly [string, string])[], paint: Paint): string[] {
  const widest = Math.min(34, Math.max(...lines.map(([left]) => left.length)));
  return lines.map(([left, right]) =>
    left.length > widest
      ? `  ${paint.cyan(left)}\n${' '.repeat(widest + 4)}${right}`
      : `  ${paint.cyan(pad(left, widest))}  ${right}`,
  );
}
