import type { Log } from '../../dev/log/log.ts';

/** A log that keeps its lines instead of printing them. */
export function quietLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const add = (source: string, message: string) => lines.push(`${source}: ${message}`);
  return {
    lines,
    request: ({ method, path, status }) => add('request', `${method} ${path} ${status}`),
    info: add,
    warn: add,
    error: add,
    functionLine: add,
  };
}
