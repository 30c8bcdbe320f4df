import { AsyncLocalStorage } from 'node:async_hooks';

type Level = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Record<string, unknown>;

const context = new AsyncLocalStorage<LogFields>();

/** Runs `work` with fields that each line logged within it carries: `requestId`, `job`, `run`, `traceId` and the like. */
export function withLogFields<Result>(fields: LogFields, work: () => Result): Result {
  return context.run({ ...context.getStore(), ...fields }, work);
}

function write(level: Level, message: string, fields: LogFields = {}): void {
  const line = { level, message, time: new Date().toISOString(), ...context.getStore(), ...fields };
  process.stdout.write(`${stringify(line)}\n`);
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
