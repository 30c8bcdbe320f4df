import type { Job } from '../../../protocol/types.ts';
import type { WholeEvent } from '../../whole-event.ts';
import type { Call } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { printOutput } from '../show/print-output.ts';
import { eventLine, isWorthALine } from './event-line.ts';
import { afterEvent, type JobProgress, progressOf } from './job-progress.ts';
import { progressFrame } from './progress-frame.ts';

interface WatchOptions {
  /** The cursor: only events after it are told. */
  after?: number | undefined;
  /** Whether Ctrl-C cancels the job, and its end is waited for, instead of leaving it alone. */
  isCanceledByInterrupt?: boolean | undefined;
}

const tickMs = 100;

/** Follows `job` to its end, tells its events, and prints its output. Answers with the exit code that its end has. */
export async function watchJob(call: Call, job: Job, options: WatchOptions = {}): Promise<number> {
  const { client } = call.service();
  const left = new AbortController();
  let interrupts = 0;
  const stopListening = call.onInterrupt(() => {
    interrupts += 1;
    if (!options.isCanceledByInterrupt || interrupts > 1) return left.abort();
    call.screen.tell('Canceling; Ctrl-C again stops watching.');
    // Refused where the job has just ended: its end is then on its way.
    client.cancel(job.id).catch((error: Error) => call.screen.tell(error.message));
  });
  const view = call.isJson ? jsonView(call, job) : personView(call, job, options.after ?? 0);
  try {
    for await (const event of client.events(job.id, { after: options.after ?? 0, signal: left.signal }))
      view.show(event);
  } catch (error) {
    if (!left.signal.aborted) throw error;
    view.end();
    if (!call.isJson) tellHowToGoOn(call, job, view.seq());
    return exitCode('interrupted');
  } finally {
    view.end();
    stopListening();
  }
  const ended = await client.get(job.id);
  if (!call.isJson) await tellEnd(call, ended as Job);
  if (interrupts > 0) return exitCode('interrupted');
  return exitCode(ended.status === 'succeeded' ? 'done' : 'jobFailed');
}

/** What shows events; `end` may be called twice. */
interface View {
  show(event: WholeEvent): void;
  end(): void;
  /** The cursor. */
  seq(): number;
}

function jsonView({ screen }: Call, job: Job): View {
  let cursor = job.seq;
  const show = (event: WholeEvent) => {
    cursor = event.seq;
    screen.print(JSON.stringify(event));
  };
  return { show, end: () => undefined, seq: () => cursor };
}

function personView({ screen }: Call, job: Job, after: number): View {
  let progress: JobProgress = progressOf(job, after);
  let lastLineMs: number | undefined;
  const { isUnicode, tellPaint: paint } = screen;
  const draw = () => {
    if (progress.done) return screen.clear();
    screen.draw(progressFrame(progress, { nowMs: Date.now(), width: screen.tellWidth, isUnicode, paint }));
  };
  const timer = screen.isLive ? setInterval(draw, tickMs) : undefined;
  const show = (event: WholeEvent) => {
    progress = afterEvent(progress, event);
    const isProgress = event.type === 'job.progress';
    const timeMs = Date.parse(event.time);
    if (!isProgress || (!screen.isLive && isWorthALine(timeMs, lastLineMs))) {
      if (isProgress) lastLineMs = timeMs;
      screen.tell(eventLine(event, progress, { width: screen.tellWidth, isUnicode, paint }));
    }
    draw();
  };
  draw();
  const end = () => {
    clearInterval(timer);
    screen.clear();
  };
  return { show, end, seq: () => progress.seq };
}

function tellHowToGoOn({ screen, program }: Call, { id }: Job, seq: number): void {
  const { bold, dim } = screen.tellPaint;
  screen.tell(`Stopped watching; ${bold(id)} goes on.`);
  screen.tell(`  ${dim('watch it again')}  ${program} watch ${id}${seq > 0 ? ` --after ${seq}` : ''}`);
  screen.tell(`  ${dim('cancel it')}       ${program} cancel ${id}`);
}

async function tellEnd(call: Call, job: Job): Promise<void> {
  if (job.status === 'succeeded') return printOutput(call, job);
  const { screen, program } = call;
  screen.tell(`  ${screen.tellPaint.dim('run it again')}  ${program} retry ${job.id}`);
}
