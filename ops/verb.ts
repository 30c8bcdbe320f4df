import type { Stack } from './stack-target.ts';

/** What a verb is asked for, as it stands on the command line. */
export interface Request {
  stack: Stack;
  /** What follows the verb. */
  words: string[];
  tenant?: string | undefined;
  type?: string | undefined;
  jobs: string[];
  limit: number;
  hasYes: boolean;
  ofDeadLetters: boolean;
}

/** What a verb has found or done: for programs, and for people. */
export interface Report {
  json: unknown;
  text: string;
  /** True: it was done, and what came out of it is a failure. */
  isBad?: true;
}

export type Verb = (request: Request) => Promise<Report>;

/** `1 job`, `2 jobs`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
