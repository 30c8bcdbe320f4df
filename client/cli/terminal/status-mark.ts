import type { Paint } from './paint.ts';

interface StatusMark {
  mark: string;
  word: string;
  colour: keyof Paint;
}

const marks: Record<string, { sign: string; ascii: string; word?: string; colour: keyof Paint }> = {
  queued: { sign: '○', ascii: 'o', colour: 'dim' },
  running: { sign: '●', ascii: '*', colour: 'cyan' },
  progress: { sign: '·', ascii: '.', colour: 'dim' },
  output: { sign: '▸', ascii: '>', word: 'part', colour: 'dim' },
  retrying: { sign: '↻', ascii: '~', colour: 'yellow' },
  succeeded: { sign: '✓', ascii: '+', colour: 'green' },
  failed: { sign: '✗', ascii: 'x', colour: 'red' },
  canceled: { sign: '⊘', ascii: '-', colour: 'yellow' },
  'timed-out': { sign: '✗', ascii: 'x', word: 'timed out', colour: 'red' },
  pending: { sign: '○', ascii: 'o', colour: 'cyan' },
  delivered: { sign: '✓', ascii: '+', colour: 'green' },
  enabled: { sign: '●', ascii: '*', colour: 'green' },
  disabled: { sign: '○', ascii: 'o', colour: 'yellow' },
};

/** The sign, word and colour of a state or an event; of one that is not known here, its name. */
export function statusMark(status: string, isUnicode: boolean): StatusMark {
  const known = Object.hasOwn(marks, status) ? marks[status] : undefined;
  if (!known) return { mark: isUnicode ? '·' : '.', word: status, colour: 'dim' };
  return { mark: isUnicode ? known.sign : known.ascii, word: known.word ?? status, colour: known.colour };
}
