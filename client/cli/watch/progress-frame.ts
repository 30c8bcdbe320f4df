import { cutTo, displayWidth } from '../terminal/display-width.ts';
import { duration } from '../terminal/duration.ts';
import type { Paint } from '../terminal/paint.ts';
import { printableLine } from '../terminal/printable.ts';
import type { JobProgress } from './job-progress.ts';

interface FrameOptions {
  nowMs: number;
  width: number;
  isUnicode: boolean;
  paint: Paint;
}

const spinners = { unicode: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'], ascii: ['|', '/', '-', '\\'] };
const tickMs = 100;
const widestBar = 30;
const narrowestBar = 8;

/**
 * The one line that is drawn over and over while a job is not done. It always fits: a line that wraps cannot be drawn
 * over. Where it is narrow, the message gives way first, then the bar, then the time.
 */
export function progressFrame(progress: JobProgress, options: FrameOptions): string {
  const { paint } = options;
  const width = options.width - 1;
  const spinner = spinnerAt(options);
  const state = stateText(progress, options.nowMs);
  const time = duration(options.nowMs - (progress.startedAtMs ?? progress.createdAtMs));
  const barWidth = barColumns(progress.percent, width, displayWidth(`${spinner}  ${state}  ${time}`));
  const fixed = [spinner, ...(barWidth > 0 ? [' '.repeat(barWidth)] : []), state, time].join(' ');
  if (displayWidth(fixed) > width) return paint.cyan(cutTo(`${spinner} ${state}`, width));
  const roomForMessage = width - displayWidth(fixed) - 1;
  const message = roomForMessage < 3 ? '' : cutTo(printableLine(progress.message ?? ''), roomForMessage);
  return [
    paint.cyan(spinner),
    ...(barWidth > 0 ? [bar(progress.percent ?? 0, barWidth, options)] : []),
    paint.bold(state),
    ...(message === '' ? [] : [message]),
    paint.dim(time),
  ].join(' ');
}

/** A line that only says that something goes on. */
export function spinnerFrame(text: string, options: FrameOptions): string {
  return `${options.paint.cyan(spinnerAt(options))} ${cutTo(text, options.width - 3)}`;
}

function spinnerAt({ nowMs, isUnicode }: FrameOptions): string {
  const frames = isUnicode ? spinners.unicode : spinners.ascii;
  return frames[Math.floor(nowMs / tickMs) % frames.length] ?? '';
}

function stateText({ status, percent, run, maxRuns, nextRunAtMs }: JobProgress, nowMs: number): string {
  if (status === 'queued') {
    if (nextRunAtMs === undefined || nextRunAtMs <= nowMs) return 'queued';
    return `runs again in ${duration(nextRunAtMs - nowMs)}`;
  }
  const again = run > 1 ? `, run ${run} of ${maxRuns}` : '';
  return percent === undefined ? `${status}${again}` : `${String(Math.floor(percent)).padStart(3)} %${again}`;
}

function barColumns(percent: number | undefined, width: number, others: number): number {
  if (percent === undefined) return 0;
  const room = Math.min(widestBar, Math.floor(width / 3), width - others - 1);
  return room < narrowestBar ? 0 : room;
}

function bar(percent: number, columns: number, { isUnicode, paint }: FrameOptions): string {
  const full = Math.min(columns, Math.max(0, Math.round((percent / 100) * columns)));
  const [filled, empty] = isUnicode ? ['█', '░'] : ['#', '-'];
  return `${paint.cyan(filled.repeat(full))}${paint.dim(empty.repeat(columns - full))}`;
}
