import type { Job } from '../../../protocol/types.ts';
import type { Call } from '../command.ts';
import { cutTo } from '../terminal/display-width.ts';
import { ago } from '../terminal/duration.ts';
import { printableJson, printableLine } from '../terminal/printable.ts';
import { statusMark } from '../terminal/status-mark.ts';
import { pairs } from '../terminal/table.ts';
import { failureText } from '../watch/event-line.ts';
import { markedStatus, progressText, tookText } from './job-columns.ts';

const nameWidth = 12;

/** Prints all that is known of a job but its output, and what can be done with it next. */
export function printJob({ screen, program }: Call, job: Job): void {
  const { paint, isUnicode } = screen;
  const colour = paint[statusMark(job.status, isUnicode).colour];
  const nowMs = Date.now();
  const at = (time: string | undefined) => (time === undefined ? undefined : `${time}  ${paint.dim(ago(time, nowMs))}`);
  const took = tookText(job);
  const entries: [string, string | undefined][] = [
    ['job', paint.bold(job.id)],
    ['type', printableLine(job.type)],
    ['status', colour(markedStatus(job.status, isUnicode))],
    ['progress', job.progress && !job.done ? progressText(job.progress) : undefined],
    ['why', job.error && failureText(job.error)],
    ['run', job.run === 0 ? undefined : `${job.run} of ${job.maxRuns}`],
    ['made', at(job.createdAt)],
    ['started', at(job.startedAt)],
    ['finished', job.finishedAt && `${at(job.finishedAt)}${took && `, after ${took}`}`],
    ['kept until', job.expiresAt],
    ['retry of', job.links.retryOf?.split('/').at(-1)],
    ...Object.entries(job.metadata ?? {}).map(([key, value]): [string, string] => [
      printableLine(`${key}:`),
      printableLine(value),
    ]),
    [
      'input',
      job.input === undefined ? undefined : cutTo(printableJson(job.input), Math.min(screen.width, 1000) - nameWidth),
    ],
    ['next', nextStep(job, program)],
  ];
  for (const line of pairs(
    entries.flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
    paint,
  )) {
    screen.print(line);
  }
}

function nextStep({ id, status, done }: Job, program: string): string | undefined {
  if (!done) return `${program} watch ${id}`;
  return status === 'succeeded' ? undefined : `${program} retry ${id}`;
}
