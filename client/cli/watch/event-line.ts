import type { JobFailure, Json } from '../../../protocol/types.ts';
import type { WholeEvent } from '../../whole-event.ts';
import { cutTo, pad } from '../terminal/display-width.ts';
import { duration } from '../terminal/duration.ts';
import type { Paint } from '../terminal/paint.ts';
import { printableJson, printableLine } from '../terminal/printable.ts';
import { statusMark } from '../terminal/status-mark.ts';
import type { JobProgress } from './job-progress.ts';

interface LineOptions {
  width: number;
  isUnicode: boolean;
  paint: Paint;
}

const wordWidth = 10;

/** One event for a person to read, in one line: when, what, and what it says. `after` is where it has led. */
export function eventLine(event: WholeEvent, after: JobProgress, { width, isUnicode, paint }: LineOptions): string {
  const { mark, word, colour } = statusMark(event.type.slice('job.'.length), isUnicode);
  const time = new Date(event.time).toTimeString().slice(0, 8);
  const begin = `${time}  ${mark} ${pad(word, wordWidth)}`;
  const says = cutTo(whatItSays(event, after), Math.max(0, width - begin.length - 2));
  return `${paint.dim(time)}  ${paint[colour](`${mark} ${pad(word, wordWidth)}`)} ${says}`.trimEnd();
}

function whatItSays(event: WholeEvent, after: JobProgress): string {
  switch (event.type) {
    case 'job.queued':
      return after.type;
    case 'job.running':
      return event.data.run === 1 ? '' : `run ${event.data.run} of ${after.maxRuns}`;
    case 'job.progress':
      return [percentText(after.percent), printableLine(after.message ?? '')].filter(Boolean).join('  ');
    case 'job.output':
      return partText(event.data.part);
    case 'job.retrying':
      return `${failureText(event.data.error)}; runs again in ${pauseText(event)}`;
    case 'job.succeeded':
      return tookText(after);
    case 'job.failed':
    case 'job.timed-out':
      return `${failureText(event.data.error)}  ${tookText(after)}`.trim();
    case 'job.canceled':
      return tookText(after);
  }
}

/** Why a job failed, in one line: of a job that is out of runs what its last one said. */
export function failureText({ code, message, cause }: JobFailure): string {
  const why = cause ? `: ${printableLine(cause.message)}` : '';
  return `${printableLine(message)}${why} (${printableLine(cause ? `${code}, ${cause.code}` : code)})`;
}

function partText(part: Json): string {
  return typeof part === 'string' ? printableLine(part) : printableJson(part);
}

function percentText(percent: number | undefined): string {
  return percent === undefined ? '' : `${Math.floor(percent)} %`;
}

function tookText({ startedAtMs, finishedAtMs }: JobProgress): string {
  return startedAtMs === undefined || finishedAtMs === undefined ? '' : `after ${duration(finishedAtMs - startedAtMs)}`;
}

function pauseText({ time, data }: Extract<WholeEvent, { type: 'job.retrying' }>): string {
  return duration(Date.parse(data.nextRunAt) - Date.parse(time));
}

/**
 * Whether a `job.progress` is worth a line of a log that cannot be drawn over: a second after the last one that was,
 * for a log of ten thousand lines tells less.
 */
export function isWorthALine(timeMs: number, lastLineMs: number | undefined): boolean {
  return lastLineMs === undefined || timeMs - lastLineMs >= 1000;
}
