import type { JobType } from '../../protocol/types.ts';
import type { JobRecord } from './job-record.ts';

/**
 * A job as the queue takes it that its type has now: a deployment may have made the type ordered since the submit, or not
 * ordered any more.
 */
export function queuedAs({ orderKey, ...record }: JobRecord, { ordered }: Pick<JobType, 'ordered'>): JobRecord {
  return ordered ? { ...record, orderKey: orderKey ?? record.id } : record;
}
