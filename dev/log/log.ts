import { colours, type Paint } from './colours.ts';
import { describeFunctionLine } from './function-line.ts';

export interface RequestEntry {
  method: string;
  /** The path without its query, which may carry a token. */
  path: string;
  status: number;
  durationMs: number;
  /** What else is worth a word: the function that answered, or why the gateway did. */
  note?: string;
}

/** What the local server tells the person in front of the terminal: one line for each thing that happened. */
export interface Log {
  request(entry: RequestEntry): void;
  info(source: string, message: string): void;
  warn(source: string, message: string): void;
  error(source: string, message: string): void;
  /** A line that a function wrote: structured ones are told in words, others as they are. */
  functionLine(functionName: string, line: string): void;
}

interface LogOptions {
  /** True: functions' lines, metrics among them, are written as they are, as CloudWatch would have them. @default false */
  isRaw?: boolean;
}

/** Makes the log of a local server that writes to `stream`; coloured where that is a terminal that wants colours. */
export function createLog(stream: NodeJS.WriteStream = process.stdout, { isRaw = false }: LogOptions = {}): Log {
  const paint = colours(stream);
  const write = (source: string, text: string) => {
    stream.write(`${paint.dim(clockTime(new Date()))} ${paint.dim(source.padEnd(16))} ${text}\n`);
  };
  return {
    request: (entry) => write('request', describeRequest(entry, paint)),
    info: (source, message) => write(source, message),
    warn: (source, message) => write(source, paint.yellow(message)),
    error: (source, message) => write(source, paint.red(message)),
    functionLine(functionName, line) {
      if (isRaw) return void stream.write(`${line}\n`);
      const text = describeFunctionLine(line, paint);
      if (text !== undefined) write(functionName, text);
    },
  };
}

function describeRequest({ method, path, status, durationMs, note }: RequestEntry, paint: Paint): string {
  const colour = status >= 500 ? paint.red : status >= 400 ? paint.yellow : paint.green;
  const tail = note === undefined ? '' : paint.dim(` ${note}`);
  return `${method.padEnd(6)} ${path} ${colour(String(status))} ${paint.dim(`${Math.round(durationMs)} ms`)}${tail}`;
}

function clockTime(now: Date): string {
  return now.toTimeString().slice(0, 8);
}
