import { type EventType, type JobStatus, nextStatus } from '../../protocol/lifecycle.ts';

/** The channels that the comparison follows, in the order of its columns. */
export const comparedChannels = ['polling', 'long-poll', 'sse', 'websocket', 'graphql'] as const;
export type ComparedChannel = (typeof comparedChannels)[number];

/** One event, heard by one channel. */
export interface Arrival {
  channel: ComparedChannel;
  seq: number;
  type: EventType;
  /** When the service wrote it, by its clock. */
  time: string;
  /** When the page heard of it, by its own. */
  heardAtMs: number;
}

/** The status of a job after what has been heard since it was read, by whichever channel. */
export function statusAfter({ status }: { status: JobStatus }, arrivals: readonly Arrival[]): JobStatus {
  const rows = arrivalRows(arrivals);
  return rows.reduce<JobStatus>((former, { type }) => nextStatus(former, type) ?? former, status);
}

/** One event, and how long after the first channel each other heard of it. */
export interface ArrivalRow {
  seq: number;
  type: EventType;
  time: string;
  /** Missing: not heard yet, or progress that a newer one has replaced. */
  behindMs: Partial<Record<ComparedChannel, number>>;
}

/** `arrivals` event by event, in the order of the log. */
export function arrivalRows(arrivals: readonly Arrival[]): ArrivalRow[] {
  const rows = new Map<number, Arrival[]>();
  for (const arrival of arrivals) rows.set(arrival.seq, [...(rows.get(arrival.seq) ?? []), arrival]);
  return [...rows.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([seq, heard]) => {
      const firstMs = Math.min(...heard.map(({ heardAtMs }) => heardAtMs));
      const [any] = heard;
      return {
        seq,
        type: any?.type ?? 'job.queued',
        time: any?.time ?? '',
        behindMs: Object.fromEntries(heard.map(({ channel, heardAtMs }) => [channel, heardAtMs - firstMs])),
      };
    });
}

/** How one channel did. */
export interface ChannelSummary {
  channel: ComparedChannel;
  heard: number;
  /** From the service's writing to the page's hearing. Both clocks are in it. */
  medianMs?: number;
  maxMs?: number;
}

/** A summary of each channel. */
export function channelSummaries(arrivals: readonly Arrival[]): ChannelSummary[] {
  return comparedChannels.map((channel) => {
    const delays = arrivals
      .filter((arrival) => arrival.channel === channel)
      .map(delayOf)
      .toSorted((a, b) => a - b);
    const middle = delays[Math.floor(delays.length / 2)];
    const last = delays.at(-1);
    return {
      channel,
      heard: delays.length,
      ...(middle !== undefined && { medianMs: middle }),
      ...(last !== undefined && { maxMs: last }),
    };
  });
}

/** How long an event was on its way, in milliseconds; clocks that differ never make it less than nothing. */
export function delayOf({ heardAtMs, time }: Pick<Arrival, 'heardAtMs' | 'time'>): number {
  return Math.max(0, heardAtMs - Date.parse(time));
}

/** Where a delay stands on an axis of three decades and a half, 0 to 1: 3 ms at its start, 10 s at its end. */
export function delayPosition(delayMs: number): number {
  const [from, to] = [Math.log10(3), Math.log10(10_000)];
  return Math.min(1, Math.max(0, (Math.log10(Math.max(3, delayMs)) - from) / (to - from)));
}
