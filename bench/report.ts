import { cpus, release, totalmem, type } from 'node:os';

/** One measured figure. A figure with `met` gates: it is a count or a ratio. */
export interface Figure {
  what: string;
  measured: string;
  target?: string;
  met?: boolean;
}

/** The figures of one part of the bench. */
export interface Section {
  title: string;
  /** How it was measured, in a sentence or two. */
  how: string;
  figures: Figure[];
}

/** Rounded to what is worth reading. */
export function rounded(value: number, digits = 2): string {
  return Number(value.toFixed(digits)).toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** A count that is certain: more is dearer than promised, and less was not counted. */
export function exactly(what: string, value: number, wanted: number): Figure {
  return { what, measured: rounded(value, 3), target: String(wanted), met: value === wanted };
}

/** A count that varies up to `most`. Nothing at all was not counted. */
export function atMost(what: string, value: number, most: number): Figure {
  return { what, measured: rounded(value, 3), target: `<= ${most}`, met: value > 0 && value <= most };
}

/** What a million cost, up to `most` dollars. */
export function dollarsAtMost(what: string, dollars: number, most: number): Figure {
  return { ...atMost(what, dollars, most), measured: `$${rounded(dollars)}`, target: `<= $${most}` };
}

export function median(values: number[]): number {
  return percentile(values, 50);
}

export function percentile(values: number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/** The figures as Markdown, with the machine that they were measured on. */
export function markdown(sections: Section[], date: string): string {
  const [cpu] = cpus();
  const memory = rounded(totalmem() / 2 ** 30, 0);
  return [
    '# Results of `npm run bench`',
    '',
    `${date}, ${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB, ${type()} ${release()}, Node ${process.version}.`,
    'Counts and ratios with a target gate: the bench fails where one is missed. Times are of this machine and never gate.',
    ...sections.map(sectionText),
    '',
  ].join('\n');
}

/** One section as Markdown. */
export function sectionText({ title, how, figures }: Section): string {
  return ['', `## ${title}`, '', how, '', ...table(figures)].join('\n');
}

function table(figures: Figure[]): string[] {
  const row = ({ what, measured, target = '', met }: Figure) => [what, measured, target, verdict(met)];
  const rows = [['what', 'measured', 'target', ''], ...figures.map(row)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0), 3));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)];
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return '';
  return met ? 'met' : 'MISSED';
}

/** Tells of the figures that gate and are missed, and returns what the bench is to exit with. */
export function exitCodeOf(sections: Section[], tell: (line: string) => void): number {
  const missed = sections.flatMap(({ figures }) => figures).filter(({ met }) => met === false);
  for (const { what, measured, target } of missed) tell(`MISSED: ${what} is ${measured}, it must be ${target}`);
  return missed.length > 0 ? 1 : 0;
}
