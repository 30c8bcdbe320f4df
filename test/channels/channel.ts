import type { Job, JobEvent } from '../../protocol/types.ts';
import type { Target } from '../contract/target.ts';

export interface ChannelTarget extends Target {
  /** The WebSocket's address, where it is not the one that the service names. */
  live?: string;
}

/** One way of following a job, with a real client. */
export interface Channel {
  name: string;
  /** True for a cursor that the channel lets a client send at all. @default every one */
  takes?(cursor: string): boolean;
  /** Follows a job's log after a cursor until its end, or until it is stopped. */
  follow(target: ChannelTarget, following: Following): Promise<void>;
}

export interface Following {
  job: string;
  /** Undefined: from the start. Whatever is no number is sent as it is. */
  after?: number | string | undefined;
  onEvent(event: JobEvent): void;
  onReset?(job: Job): void;
  /** Cuts the client off, at once. */
  signal?: AbortSignal;
  /** How long the client reads nothing once it has connected. @default 0 */
  sleepsMs?: number;
}

/** The service refused to let the client follow. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`Refused with ${status}`);
    this.status = status;
  }
}

/** Everything that a channel tells, from a cursor to the end of the job. */
export async function collect(
  channel: Channel,
  target: ChannelTarget,
  following: Omit<Following, 'onEvent'>,
): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  await channel.follow(target, { ...following, onEvent: (event) => events.push(event) });
  return events;
}

/** A promise that is settled from outside, and by the abort of `signal`. */
export function settledBy(signal: AbortSignal | undefined): PromiseWithResolvers<void> {
  const end = Promise.withResolvers<void>();
  if (signal?.aborted) end.resolve();
  signal?.addEventListener('abort', () => end.resolve(), { once: true });
  return end;
}

/** What `asked` gives, or undefined where the client was cut off meanwhile. */
export async function unlessCut<Answer>(asked: Promise<Answer>, signal?: AbortSignal): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}
