import { AsyncLocalStorage } from 'node:async_hooks';
import { findEnv, platformEnv } from '../env.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof levels)[number];
export type LogFields = Record<string, unknown>;

const context = new AsyncLocalStorage<LogFields>();

/** Runs `work` with fields that each line logged within it carries: `requestId`, `job`, `run`, `traceId` and the like. */
export function withLogFields<Result>(fields: LogFields, work: () => Result): Result {
  return context.run({ ...context.getStore(), ...fields }, work);
}

/** Writes a text without line breaks as one event of the function's log: past the runtime's console, which would wrap it. */
export function writeLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

function write(level: Level, message: string, fields: LogFields = {}): void {
  if (levels.indexOf(level) < levels.indexOf(leastLevel())) return;
  const place = { time: new Date().toISOString(), function: platformEnv('AWS_LAMBDA_FUNCTION_NAME') };
  writeLine(stringify({ level, message, ...place, ...context.getStore(), ...fields }));
}

/** Read each time: what is logged while a function starts must not fail for want of it. */
function leastLevel(): Level {
  return levels.find((level) => level === findEnv('LOG_LEVEL')) ?? 'info';
}

/** One JSON text, whatever the fields hold: a log line must never be what fails. */
function stringify(line: LogFields): string {
  try {
    return JSON.stringify(line, (_, value) => (typeof value === 'bigint' ? String(value) : describe(value)));
  } catch (error) {
    const { level, message, time } = line;
    return JSON.stringify({ level, message, time, unloggable: String(error) });
  }
}

function describe(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, ...(cause !== undefined && { cause }) };
}

/** Structured lines, one JSON object each, on standard output. Fields never hold secrets, payloads or signatures. */
export const log = {
  debug: (message: string, fields?: LogFields) => write('debug', message, fields),
  info: (message: string, fields?: LogFields) => write('info', message, fields),
  warn: (message: string, fields?: LogFields) => write('warn', message, fields),
  error: (message: string, fields?: LogFields) => write('error', message, fields),
};
