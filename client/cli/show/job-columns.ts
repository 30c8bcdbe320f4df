import type { Job } from '../../../protocol/types.ts';
import { ago, duration } from '../terminal/duration.ts';
import { printableLine } from '../terminal/printable.ts';
import type { Screen } from '../terminal/screen.ts';
import { statusMark } from '../terminal/status-mark.ts';
import type { Column } from '../terminal/table.ts';
import { failureText } from '../watch/event-line.ts';

/** What a list says of each job. */
export function jobColumns({ paint, isUnicode }: Screen): Column<Job>[] {
  const nowMs = Date.now();
  return [
    { title: 'JOB', cell: ({ id }) => id, isWhole: true },
    {
      title: 'STATUS',
      cell: ({ status }) => markedStatus(status, isUnicode),
      paint: ({ status }) => paint[statusMark(status, isUnicode).colour],
    },
    { title: 'TYPE', cell: ({ type }) => printableLine(type) },
    { title: 'MADE', cell: ({ createdAt }) => ago(createdAt, nowMs) },
    { title: 'TOOK', cell: tookText },
    { title: 'SAYS', cell: saysText },
  ];
}

/** The status with its sign. */
export function markedStatus(status: string, isUnicode: boolean): string {
  const { mark, word } = statusMark(status, isUnicode);
  return `${mark} ${word}`;
}

/** How long a job ran, from its first run to its end. */
export function tookText({ startedAt, finishedAt }: Job): string {
  return startedAt === undefined || finishedAt === undefined
    ? ''
    : duration(Date.parse(finishedAt) - Date.parse(startedAt));
}

/** Why it failed, or how far it is. */
function saysText({ error, done, progress }: Job): string {
  if (error) return failureText(error);
  if (done || !progress) return '';
  return progressText(progress);
}

/** How far a job is, in one line. */
export function progressText({ percent, message }: NonNullable<Job['progress']>): string {
  return [percent === undefined ? '' : `${Math.floor(percent)} %`, printableLine(message ?? '')]
    .filter(Boolean)
    .join('  ');
}
