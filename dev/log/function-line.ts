import type { Paint } from './colours.ts';

/** Fields that are told by the line's place, or that matter to a log's reader in the cloud only. */
const silentFields = new Set([
  'level',
  'message',
  'time',
  'timestamp',
  'function',
  'requestId',
  'messageId',
  'traceId',
  'tenant',
]);

/**
 * A function's line as the local log shows it. Structured lines become `message key=value ...`; debug lines and the
 * reports that are meant for metrics are left out.
 */
export function describeFunctionLine(line: string, paint: Paint): string | undefined {
  const entry = parseEntry(line);
  if (entry === undefined) return line.trim() === '' ? undefined : line;
  const level = String(entry.level ?? 'info').toLowerCase();
  if (level === 'debug' || level === 'trace' || '_aws' in entry) return undefined;
  const stack = describeStack(entry.error);
  const fields = Object.entries(entry)
    .filter(([name, value]) => !silentFields.has(name) && value !== undefined && !(name === 'error' && stack))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const colour = level === 'error' || level === 'fatal' ? paint.red : level === 'warn' ? paint.yellow : paint.cyan;
  const message = colour(String(entry.message ?? ''));
  const text = fields.length === 0 ? message : `${message} ${paint.dim(fields.join(' '))}`;
  return stack === undefined ? text : `${text}\n${stack}`;
}

const shownFrames = 6;
/** As wide as what stands before a line's text. */
const indent = ' '.repeat(26);

/** A logged error as Node shows one: a few frames, those of Node's own left out, without the bundles' long folders. */
function describeStack(error: unknown): string | undefined {
  const stack = typeof error === 'object' && error !== null && 'stack' in error ? error.stack : undefined;
  if (typeof stack !== 'string') return undefined;
  const lines = stack.replaceAll(/[^\s(]*\/asset\.[0-9a-f]{64}\//g, '').split('\n');
  const isFrame = (line: string) => /^\s+at /.test(line);
  const frames = lines.filter((line) => isFrame(line) && !line.includes('node:')).slice(0, shownFrames);
  return [...lines.filter((line) => !isFrame(line)), ...frames].map((line) => `${indent}${line}`).join('\n');
}

function parseEntry(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    const isOurs = typeof entry === 'object' && entry !== null && ('message' in entry || '_aws' in entry);
    return isOurs ? { ...entry } : undefined;
  } catch {
    return undefined;
  }
}
