import { problems } from './errors.ts';
import { eventTypes, isDone, jobStatuses, nextStatus } from './lifecycle.ts';
import { limits } from './limits.ts';
import { routes } from './routes.ts';

/** The parts of PROTOCOL.md that are made from the tables beside it, in Markdown, by the name of their marker. */
export function protocolTables(): Record<string, string> {
  return { lifecycle: lifecycleDiagram(), routes: routeTable(), problems: problemTable(), limits: limitTable() };
}

/** `text` with what stands between `<!-- begin name -->` and `<!-- end name -->` replaced by the table of that name. */
export function withProtocolTables(text: string): string {
  return Object.entries(protocolTables()).reduce(replaceBetweenMarkers, text);
}

/** `text` with what stands between `<!-- begin name -->` and `<!-- end name -->` replaced by `table`. */
export function replaceBetweenMarkers(text: string, [name, table]: [string, string]): string {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`Cannot place the table ${name}: the text must hold "${begin}" and "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

function lifecycleDiagram(): string {
  const arrows = jobStatuses.flatMap((status) =>
    eventTypes.flatMap((event) => {
      const next = nextStatus(status, event);
      return next === undefined ? [] : [`  ${stateName(status)} --> ${stateName(next)}: ${event}`];
    }),
  );
  const ends = jobStatuses.filter(isDone).map((status) => `  ${stateName(status)} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', '  [*] --> queued: job.queued', ...arrows, ...ends, '```'].join('\n');
}

/** Mermaid takes no hyphen in a state's name. */
const stateName = (status: string) => status.replace('-', '_');

function routeTable(): string {
  const rows = Object.entries(routes).map(
    ([operation, { method, path, scope }]) =>
      `| \`${method} /v1${path === '/' ? '' : path}\` | ${operation} | ${scope} |`,
  );
  return ['| address | operation | scope |', '|---|---|---|', ...rows].join('\n');
}

function problemTable(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, retryable, meaning, remedy }]) =>
      `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${meaning} | ${remedy} |`,
  );
  return ['| code | status | retry | meaning | remedy |', '|---|---|---|---|---|', ...rows].join('\n');
}

function limitTable(): string {
  const rows = Object.entries(limits).map(([name, value]) => `| \`${name}\` | ${readable(name, value)} |`);
  return ['| limit | value |', '|---|---|', ...rows].join('\n');
}

function readable(name: string, value: number): string {
  const count = value.toLocaleString('en-US');
  if (!name.endsWith('Bytes')) return count;
  const units: [number, string][] = [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ];
  const unit = units.find(([size]) => value % size === 0);
  return unit ? `${count} (${value / unit[0]} ${unit[1]})` : count;
}
