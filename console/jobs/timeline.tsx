import type { JobEvent } from '../../protocol/types.ts';
import { formatDuration } from '../model/format.ts';
import { memberOf, type TimelineEntry, timelineOf } from '../model/timeline.ts';
import { Clock, Empty } from '../ui/show.tsx';

/** What has happened to a job, line by line. */
export function Timeline({ events }: { events: readonly JobEvent[] }) {
  const entries = timelineOf(events);
  if (entries.length === 0) return <Empty>Nothing yet.</Empty>;
  return (
    <ol class="timeline">
      {entries.map((entry) => (
        <li
          key={`${entry.type}-${entry.firstSeq}`}
          class={`timeline-entry dot-${entry.type.slice(4)}${entry.isVoid ? ' void' : ''}`}
        >
          <p>
            <strong>{titleOf(entry)}</strong>
            {entry.count > 1 && <span class="count"> ×{entry.count}</span>}
          </p>
          <p class="hint">
            <Clock time={entry.event.time} />
            {entry.sinceMs !== undefined && ` · +${formatDuration(entry.sinceMs)}`} · seq{' '}
            {entry.count > 1 ? `${entry.firstSeq}–${entry.event.seq}` : entry.firstSeq}
          </p>
          {detailOf(entry) && <p class="timeline-detail">{detailOf(entry)}</p>}
        </li>
      ))}
    </ol>
  );
}

function titleOf({ type, run }: TimelineEntry): string {
  switch (type) {
    case 'job.queued':
      return 'Queued';
    case 'job.running':
      return `Run ${run ?? ''} began`;
    case 'job.progress':
      return 'Progress';
    case 'job.output':
      return 'Partial output';
    case 'job.retrying':
      return `Run ${run ?? ''} failed, another follows`;
    case 'job.succeeded':
      return 'Succeeded';
    case 'job.failed':
      return 'Failed';
    case 'job.canceled':
      return 'Canceled';
    case 'job.timed-out':
      return 'Timed out';
  }
}

function detailOf({ type, event, isVoid }: TimelineEntry): string | undefined {
  if (isVoid) return 'Void: a later run began anew';
  if (type === 'job.progress') return textOf(memberOf(event, 'message'));
  if (type !== 'job.retrying' && type !== 'job.failed' && type !== 'job.timed-out') return undefined;
  const error = memberOf(event, 'error');
  return typeof error === 'object' && error !== null && 'message' in error ? textOf(error.message) : undefined;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
