import { isEnd } from '../protocol/lifecycle.ts';
import type { JobEvent } from '../protocol/types.ts';
import { createChannelChoice } from './channel-choice.ts';
import { logPath } from './channels/channel.ts';
import { isApiError, isNetworkError, isTimeoutError, NetworkError } from './errors.ts';
import type { OpenChannels } from './open-channels.ts';
import { pause } from './pause.ts';
import { readLog } from './read-log.ts';
import type { ChannelNews, EventsOptions } from './types.ts';

/**
 * A job's events from a cursor to its end, each once, in order and without a gap, whatever becomes of the channels
 * underneath. What is not above the cursor is dropped; where `prevSeq` shows that one is missing, the log is read.
 */
export async function* followJob(
  channels: OpenChannels,
  job: string,
  options: EventsOptions,
): AsyncGenerator<JobEvent, undefined> {
  const { signal, onReset } = options;
  const { requests, giveUpAfterMs, blocked } = channels;
  const choice = createChannelChoice(channels.names(options.channels), { blocked, giveUpAfterMs });
  let cursor = options.after ?? 0;

  /** One event, and before it whatever is missing. */
  async function* take(event: JobEvent, mends: boolean): AsyncGenerator<JobEvent, undefined> {
    if (event.seq <= cursor) return;
    if (mends && event.prevSeq > cursor) yield* mend();
    if (event.seq <= cursor) return;
    const whole = event.truncated && (options.fetchTruncated ?? true) ? await fetchWhole(event.seq) : event;
    cursor = event.seq;
    yield whole;
  }

  async function* mend(): AsyncGenerator<JobEvent, undefined> {
    for await (const event of readLog(requests, job, { after: cursor, signal })) yield* take(event, false);
  }

  async function fetchWhole(seq: number): Promise<JobEvent> {
    return (await requests.send<JobEvent>('GET', `${logPath(job)}/${seq}`, signal && { signal })).body;
  }

  for (;;) {
    signal?.throwIfAborted();
    const next = choice.next(Date.now());
    if ('failure' in next) throw next.failure ?? new NetworkError(`follow job ${job}`, 'nothing gets through');
    await pause(next.pauseMs, signal);
    const tell = (state: ChannelNews['state'], error?: unknown) =>
      channels.onChannel?.({ job, channel: next.name, state, ...(error !== undefined && { error }) });
    let isOpen = false;
    tell('opening');
    try {
      for await (const told of channels.get(next.name).tell(job, cursor, signal)) {
        signal?.throwIfAborted();
        if (told.type === 'open') {
          if (!isOpen) tell('open');
          choice.opened(Date.now());
          isOpen = true;
        } else if (told.type === 'reset') {
          cursor = 0;
          onReset?.(told.job);
        } else if (told.type === 'done') {
          // Whoever says so may have lost the last event.
          yield* mend();
          tell('closed');
          return;
        } else {
          choice.told();
          if (told.event.prevSeq > cursor) tell('mending');
          yield* take(told.event, true);
          if (!isEnd(told.event.type)) continue;
          tell('closed');
          return;
        }
      }
      choice.ended(Date.now());
      tell('closed');
    } catch (error) {
      signal?.throwIfAborted();
      // A refusal by the service itself: the way to it is open. A service that fails is as good as none.
      if (isApiError(error) && error.code !== undefined && error.status < 500) choice.opened(Date.now());
      if (!passes(error)) throw error;
      choice.ended(Date.now(), error);
      tell('failed', error);
    }
  }
}

/** True for what another channel, or another try, may do better. */
function passes(error: unknown): boolean {
  if (isApiError(error)) return error.status === 429 || error.status >= 500 || error.code === undefined;
  return isNetworkError(error) || isTimeoutError(error);
}
