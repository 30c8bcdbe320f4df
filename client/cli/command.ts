import type { ChannelNews, Client } from '../types.ts';
import type { ServiceAddress } from './find-address.ts';
import type { Screen } from './terminal/screen.ts';

/** One `--option` of a command. */
export interface OptionSpec {
  kind: 'text' | 'number' | 'flag';
  /** What stands for its value in the help, such as `seconds`. */
  value?: string;
  help: string;
  /** May be given more than once. */
  many?: true;
  /** Of a number. */
  minimum?: number;
  maximum?: number;
  /** What it may be, where that is a closed list. */
  choices?: readonly string[];
}

export type OptionSpecs = Record<string, OptionSpec>;

/** What was given for the options of `Specs`. */
export type OptionValues<Specs extends OptionSpecs> = {
  [Name in keyof Specs]?: Specs[Name] extends { many: true } ? string[] : ValueOf<Specs[Name]['kind']>;
};

type ValueOf<Kind extends OptionSpec['kind']> = Kind extends 'flag' ? boolean : Kind extends 'number' ? number : string;

/** One word after the command's name. */
export interface WordSpec {
  name: string;
  help: string;
  optional?: true;
  /** The last one may take all that follow. */
  many?: true;
}

/** A service that was found, and the client that calls it. */
export interface Service extends ServiceAddress {
  client: Client;
  /** Told what becomes of the channels that events come by. */
  listeners: Set<(news: ChannelNews) => void>;
}

/** What a command is given to work with. */
export interface Call<Specs extends OptionSpecs = OptionSpecs> {
  words: string[];
  values: OptionValues<Specs>;
  /** Whether a program reads the answer. */
  isJson: boolean;
  screen: Screen;
  /** The folder that relative paths start from. */
  folder: string;
  stdin: NodeJS.ReadableStream;
  /** How this program is called here, such as `npx jobwire`: for commands to paste. */
  program: string;
  /** Throws a `NoServiceError` where there is none to be found. */
  service(): Service;
  /** Calls `listener` at each Ctrl-C until the function that it returns is called. */
  onInterrupt(listener: () => void): () => void;
}

export interface Command<Specs extends OptionSpecs = OptionSpecs> {
  /** As it is typed, such as `webhooks create`. */
  name: string;
  summary: string;
  /** More of it, under the summary of its own help. */
  details?: string;
  words: WordSpec[];
  options: Specs;
  /** Command lines without the program's name. */
  examples: string[];
  /** Answers with the exit code. */
  run(call: Call<Specs>): Promise<number>;
}

/** Gives `run` the types of the options. */
export function defineCommand<const Specs extends OptionSpecs>(command: Command<Specs>): Command {
  return command as unknown as Command;
}
