import type { JobRecord, LogEntry, StoredEvent, StoredPart } from './job-record.ts';

interface LogState {
  record: JobRecord;
  /** In any order, with repeats, and with what dead runs left behind. */
  parts: StoredPart[];
  /** The cursor: entries up to here are left out. */
  after: number;
}

export interface AssembledLog {
  events: LogEntry[];
  /** False where the entries do not reach HEAD's newest kept event: the reader must query again. */
  complete: boolean;
}

/**
 * The log after a cursor, out of HEAD and the parts that a Query saw. A Query is no snapshot, so an entry counts only
 * along an unbroken `prevSeq` chain up to HEAD's `seq`; and a part counts only where HEAD shows that its run owned the
 * log at that point, since a run that lost its lease may have written parts before it learned of that.
 */
export function assembleLog({ record, parts, after }: LogState): AssembledLog {
  const events: LogEntry[] = [];
  let owner: number | undefined;
  let reached: number | undefined;
  for (const entry of inOrder(record, parts)) {
    if (entry.seq > record.seq) break;
    if ('type' in entry) owner = entry.type === 'job.running' ? entry.run : undefined;
    else if ('json' in entry && entry.run !== owner) continue;
    if (entry.seq <= after) continue;
    const linked = reached === undefined ? entry.prevSeq <= after : entry.prevSeq === reached;
    if (!linked) continue;
    events.push(entry);
    if (isKept(entry)) reached = entry.seq;
  }
  return { events, complete: (reached ?? after) >= record.keptSeq };
}

/** True for every entry but the latest progress, which a newer one replaces. */
export function isKept(entry: LogEntry): entry is StoredEvent | StoredPart {
  return 'type' in entry || 'json' in entry;
}

/** By `seq`; where two claim the same one, HEAD's own entry comes before a part. */
function inOrder(record: JobRecord, parts: StoredPart[]): LogEntry[] {
  const own: LogEntry[] = record.progress ? [...record.events, record.progress] : [...record.events];
  return [...own, ...parts].sort((one, other) => one.seq - other.seq);
}
