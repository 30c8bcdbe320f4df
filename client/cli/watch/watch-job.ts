import type { Job } from '../../../protocol/types.ts';
import type { Call } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { printOutput } from '../show/print-output.ts';
import { jsonView } from './json-view.ts';
import { personView } from './person-view.ts';

interface WatchOptions {
  /** The cursor: only events after it are told. */
  after?: number | undefined;
  /** Whether Ctrl-C cancels the job, and its end is waited for, instead of leaving it alone. */
  isCanceledByInterrupt?: boolean | undefined;
}

/** Follows `job` to its end, tells its events, and prints its output. Answers with the exit code that its end has. */
export async function watchJob(call: Call, job: Job, options: WatchOptions = {}): Promise<number> {
  const { after = 0, isCanceledByInterrupt = false } = options;
  const { client, listeners } = call.service();
  const left = new AbortController();
  const interrupts = countInterrupts(call, job, { left, isCanceledByInterrupt });
  const view = call.isJson ? jsonView(call, after) : personView(call, job, after);
  listeners.add(view.hear);
  try {
    for await (const event of client.events(job.id, { after, signal: left.signal })) view.show(event);
  } catch (error) {
    view.end();
    const why = left.signal.aborted ? 'Stopped watching' : 'Cannot watch any longer';
    if (!call.isJson) tellHowToGoOn(call, { id: job.id, seq: view.seq(), why });
    if (!left.signal.aborted) throw error;
    return exitCode('interrupted');
  } finally {
    view.end();
    listeners.delete(view.hear);
    interrupts.stop();
  }
  const ended = (await client.get(job.id)) as Job;
  if (!call.isJson) await tellEnd(call, ended);
  if (interrupts.count() > 0) return exitCode('interrupted');
  return exitCode(ended.status === 'succeeded' ? 'done' : 'jobFailed');
}

interface InterruptOptions {
  /** Aborted where nobody watches any more. */
  left: AbortController;
  isCanceledByInterrupt: boolean;
}

function countInterrupts(call: Call, { id }: Job, { left, isCanceledByInterrupt }: InterruptOptions) {
  const { screen, isJson } = call;
  let count = 0;
  const stop = call.onInterrupt(() => {
    count += 1;
    if (!isCanceledByInterrupt || count > 1) return left.abort();
    if (!isJson) screen.tell('Canceling; Ctrl-C again stops watching.');
    // Refused where the job has just ended: its end is then on its way.
    call
      .service()
      .client.cancel(id)
      .catch((error: Error) => isJson || screen.tell(error.message));
  });
  return { stop, count: () => count };
}

function tellHowToGoOn({ screen, program }: Call, { id, seq, why }: { id: string; seq: number; why: string }): void {
  const { bold, dim } = screen.tellPaint;
  screen.tell(`${why}; ${bold(id)} goes on.`);
  screen.tell(`  ${dim('watch it again')}  ${program} watch ${id}${seq > 0 ? ` --after ${seq}` : ''}`);
  screen.tell(`  ${dim('cancel it')}       ${program} cancel ${id}`);
}

async function tellEnd(call: Call, job: Job): Promise<void> {
  if (job.status === 'succeeded') return printOutput(call, job);
  const { screen, program } = call;
  screen.tell(`  ${screen.tellPaint.dim('run it again')}  ${program} retry ${job.id}`);
}
