import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** One value that context may give: `-c name=value` on the command line, or `context` in cdk.json. */
export interface Setting<T> {
  /** What it changes, in words for docs/configuration.md. */
  does: string;
  /** What it must be, as in "it must be on or off". */
  mustBe: string;
  example: string;
  /** The value out of its text; undefined where it is none. */
  read(text: string): T | undefined;
}

export function flag(does: string): Setting<boolean> {
  return {
    does,
    mustBe: 'on or off',
    example: 'on',
    read: (value) => (value === 'on' ? true : value === 'off' ? false : undefined),
  };
}

export function text(does: string, mustBe: string, example: string, pattern: RegExp): Setting<string> {
  return { does, mustBe, example, read: (value) => (pattern.test(value) ? value : undefined) };
}

export function list(does: string, mustBe: string, example: string, pattern: RegExp): Setting<string[]> {
  return {
    does,
    mustBe,
    example,
    read(value) {
      const parts = value.split(',').map((part) => part.trim());
      return parts.every((part) => pattern.test(part)) ? parts : undefined;
    },
  };
}

export function choice<Choice extends string>(does: string, choices: readonly Choice[]): Setting<Choice> {
  return {
    does,
    mustBe: `one of ${choices.join(', ')}`,
    example: choices[0] ?? '',
    read: (value) => choices.find((known) => known === value),
  };
}

export function count(does: string, min: number, max: number): Setting<number> {
  return {
    does,
    mustBe: `a whole number from ${min} to ${max}`,
    example: String(min),
    read(value) {
      const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
      return number >= min && number <= max ? number : undefined;
    },
  };
}

export function logRetentionDays(): Setting<RetentionDays> {
  const allowed = Object.values(RetentionDays).filter(
    (days) => typeof days === 'number' && days < RetentionDays.INFINITE,
  );
  return {
    does: 'how long log lines are kept, in days',
    mustBe: `one of CloudWatch's: ${allowed.join(', ')}`,
    example: '30',
    read: (value) => allowed.find((days) => String(days) === value) as RetentionDays | undefined,
  };
}

export function domainName(): RegExp {
  return /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
}

export function awsId(prefix: string): RegExp {
  return new RegExp(`^${prefix}-[0-9a-f]{8,17}$`);
}
