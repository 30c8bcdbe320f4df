import type { JobRecord } from './job-record.ts';
import { traceFieldsOf } from './trace-context.ts';

type Logged = Pick<JobRecord, 'id' | 'tenant' | 'type' | 'run' | 'traceparent'>;

/** What a log line about a job carries; `run` from its first run on. */
export function logFieldsOf({ id: job, tenant, type, run, traceparent }: Logged) {
  return { job, tenant, type, ...(run > 0 && { run }), ...traceFieldsOf(traceparent) };
}
