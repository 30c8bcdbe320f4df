import { UsageError } from './usage-error.ts';

const unitsMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment as RFC 3339: given as a date and time, or as how long ago: `30m`, `2h`, `1d`. */
export function readMoment(option: string, text: string, nowMs: number): string {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const atMs = amount === undefined ? dateOf(text) : nowMs - Number(amount) * (unitsMs[unit] ?? Number.NaN);
  if (atMs !== undefined && !Number.isNaN(atMs)) return new Date(atMs).toISOString();
  throw new UsageError(
    `Cannot use ${option} ${text}: it must be a time such as 2026-11-22T12:00:00Z, or how long ago, such as 2h`,
  );
}

function dateOf(text: string): number | undefined {
  return /^\d{4}-\d{2}-\d{2}(T|$)/.test(text) ? Date.parse(text) : undefined;
}
