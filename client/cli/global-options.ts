import type { OptionSpecs } from './command.ts';

/** The options that every command takes. */
export const globalOptions = {
  url: { kind: 'text', value: 'address', help: 'the service; else JOBWIRE_URL, else the local server of this project' },
  key: { kind: 'text', value: 'key', help: 'who asks; else JOBWIRE_KEY, else the key of the local server' },
  json: { kind: 'flag', help: 'answers for programs: one JSON document, or one a line for lists and events' },
  help: { kind: 'flag', help: 'says what the command does' },
} as const satisfies OptionSpecs;
