import type { Paint } from './colours.ts';

/** Fields that are told by the line's place, or that matter to a log's reader in the cloud only. */
const silentFields = new Set(['level', 'message', 'time', 'timestamp', 'requestId', 'messageId', 'traceId', 'tenant']);

/**
 * A function's line as the local log shows it. Structured lines become `message key=value ...`; debug lines and the
 * reports that are meant for metrics are left out.
 */
export function describeFunctionLine(line: string, paint: Paint): string | undefined {
  const entry = parseEntry(line);
  if (entry === undefined) return line.trim() === '' ? undefined : line;
  const level = String(entry.level ?? 'info').toLowerCase();
  if (level === 'debug' || level === 'trace' || '_aws' in entry) return undefined;
  const fields = Object.entries(entry)
    .filter(([name, value]) => !silentFields.has(name) && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const colour = level === 'error' || level === 'fatal' ? paint.red : level === 'warn' ? paint.yellow : paint.cyan;
  const message = colour(String(entry.message ?? ''));
  return fields.length === 0 ? message : `${message} ${paint.dim(fields.join(' '))}`;
}

function parseEntry(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'message' in entry ? { ...entry } : undefined;
  } catch {
    return undefined;
  }
}
