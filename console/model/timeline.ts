import type { EventType } from '../../protocol/lifecycle.ts';
import type { JobEvent, Json } from '../../protocol/types.ts';

/** A line of a job's timeline. Parts of one run that follow each other are one line, and so are steps of progress. */
export interface TimelineEntry {
  type: EventType;
  /** The newest event of the line. */
  event: JobEvent;
  firstSeq: number;
  count: number;
  run?: number;
  /** True: parts of a run that a later one has made void. */
  isVoid: boolean;
  /** Milliseconds since the line before it began. */
  sinceMs?: number;
}

/** Events that come in crowds. */
const grouped: readonly EventType[] = ['job.output', 'job.progress'];

/** A job's events, in order, as the lines of a timeline. */
export function timelineOf(events: readonly JobEvent[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const lastRun = events.reduce((run, event) => (event.type === 'job.running' ? (runOf(event) ?? run) : run), 0);
  let crowd: TimelineEntry[] = [];
  for (const event of events) {
    const run = runOf(event);
    const same = crowd.find((entry) => entry.type === event.type && entry.run === run);
    if (same) {
      same.event = event;
      same.count += 1;
      continue;
    }
    const former = entries.at(-1);
    const entry: TimelineEntry = {
      type: event.type,
      event,
      firstSeq: event.seq,
      count: 1,
      isVoid: event.type === 'job.output' && run !== undefined && run < lastRun,
      ...(run !== undefined && { run }),
      ...(former && { sinceMs: Math.max(0, Date.parse(event.time) - Date.parse(former.event.time)) }),
    };
    entries.push(entry);
    // Parts and progress alternate: each keeps its line until the run goes on to something else.
    if (grouped.includes(event.type)) crowd.push(entry);
    else crowd = [];
  }
  return entries;
}

/** What a job has emitted in its newest run, in order. */
export function partsOf(events: readonly JobEvent[]): Json[] {
  const start = events.findLastIndex(({ type }) => type === 'job.running');
  return events.slice(start + 1).flatMap((event) => {
    const part = event.type === 'job.output' ? memberOf(event, 'part') : undefined;
    return part === undefined ? [] : [part];
  });
}

/** A member of an event's data. */
export function memberOf({ data }: JobEvent, name: string): Json | undefined {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? data[name] : undefined;
}

/** The run that an event tells of. */
export function runOf(event: JobEvent): number | undefined {
  const run = memberOf(event, 'run');
  return typeof run === 'number' ? run : undefined;
}

/** `events` with what is new among `incoming`, which comes in order: what is not above the last `seq` is dropped. */
export function withNewer(events: readonly JobEvent[], incoming: readonly JobEvent[]): readonly JobEvent[] {
  const cursor = events.at(-1)?.seq ?? 0;
  const newer = incoming.filter(({ seq }) => seq > cursor);
  return newer.length === 0 ? events : [...events, ...newer];
}
