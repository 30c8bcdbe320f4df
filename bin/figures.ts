import { limits } from '../protocol/limits.ts';

/**
 * `text` with every figure as the bench measured it last and every limit as the protocol has it. A page marks them by
 *
 *     <!-- figure: SSE: a million jobs followed -->$15.28<!-- . -->
 *     <!-- figure: finish to heard, 1 client: SSE / p99 -->216 ms<!-- . -->
 *     <!-- limit: maxBodyBytes -->256 KiB<!-- . -->
 *
 * and a reader sees the middle alone. `results` is the text of bench/results.md.
 */
export function withFigures(text: string, results: string): string {
  return text.replace(
    /(<!-- (figure|limit): (.+?)(?: \/ (\w+))? -->)(.*?)(<!-- \. -->)/g,
    (_, begin: string, kind: string, name: string, part: string | undefined, __, end: string) => {
      const value = kind === 'figure' ? figureOf(results, name, part) : readableLimit(name);
      return begin + value + end;
    },
  );
}

function figureOf(results: string, name: string, part: string | undefined): string {
  const cells = results.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const measured = cells.find(([, first]) => first === name)?.[2];
  if (measured === undefined)
    throw new Error(`Cannot find the figure "${name}": bench/results.md must have a row of it`);
  if (part === undefined) return measured.replace(/^\$\d+\.\d$/, (dollars) => `${dollars}0`);
  const [, value] = new RegExp(`\\b${part} ([\\d.,]+ \\w+?)(?=,|$| of )`).exec(measured) ?? [];
  if (value === undefined) throw new Error(`Cannot find ${part} of the figure "${name}": it is "${measured}"`);
  return value;
}

/** A limit as people would say it: 256 KiB, 15 min, 7 days. */
export function readableLimit(name: string): string {
  const value = (limits as Record<string, number>)[name];
  if (value === undefined) throw new Error(`Cannot find the limit ${name}: protocol/limits.ts must have it`);
  if (name.endsWith('Bytes')) return inUnits(value, byteUnits, 'bytes');
  if (name.endsWith('Seconds')) return inUnits(value, timeUnits, 's');
  if (name.endsWith('Ms')) return `${grouped(value)} ms`;
  if (name.endsWith('Days')) return `${value} days`;
  return grouped(value);
}

type Units = readonly (readonly [size: number, name: string])[];

const byteUnits: Units = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
];
const timeUnits: Units = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
];

/** In the largest unit of which it is a whole number, and more than one where it is of time: 60 s is no minute to most readers. */
function inUnits(value: number, units: Units, smallest: string): string {
  const unit = units.find(([size]) => value % size === 0 && (smallest === 'bytes' || value > size));
  return unit ? `${grouped(value / unit[0])} ${unit[1]}` : `${grouped(value)} ${smallest}`;
}

const grouped = (value: number) => value.toLocaleString('en-US');
