/** The states of a job. */
export const jobStatuses = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'timed-out'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** The types of the events in a job's log. */
export const eventTypes = [
  'job.queued',
  'job.running',
  'job.progress',
  'job.output',
  'job.retrying',
  'job.succeeded',
  'job.failed',
  'job.canceled',
  'job.timed-out',
] as const;
export type EventType = (typeof eventTypes)[number];

/**
 * The lifecycle: state x event -> state. An event that a state does not list cannot happen in it.
 * `job.running` in `running` is the claim that follows a run that died. The guard in memory, the condition in the
 * table and the diagram in PROTOCOL.md all come from here.
 */
export const lifecycle: Record<JobStatus, Partial<Record<EventType, JobStatus>>> = {
  queued: {
    'job.running': 'running',
    'job.canceled': 'canceled',
    'job.timed-out': 'timed-out',
    'job.failed': 'failed',
  },
  running: {
    'job.running': 'running',
    'job.progress': 'running',
    'job.output': 'running',
    'job.retrying': 'queued',
    'job.succeeded': 'succeeded',
    'job.failed': 'failed',
    'job.canceled': 'canceled',
    'job.timed-out': 'timed-out',
  },
  succeeded: {},
  failed: {},
  canceled: {},
  'timed-out': {},
};

/** The state after `event`, or undefined where the event cannot happen in `status`. */
export function nextStatus(status: JobStatus, event: EventType): JobStatus | undefined {
  return lifecycle[status][event];
}

/** The states in which `event` can happen. */
export function statusesBefore(event: EventType): JobStatus[] {
  return jobStatuses.filter((status) => nextStatus(status, event) !== undefined);
}

/** True in the four states that nothing follows. */
export function isDone(status: JobStatus): boolean {
  return Object.keys(lifecycle[status]).length === 0;
}

/** True for the four events that end a job. */
export function isEnd(type: EventType): boolean {
  return statusesBefore(type).some((status) => isDone(nextStatus(status, type) ?? 'queued'));
}
