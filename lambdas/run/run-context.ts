import { openUpload } from '../aws/payload-bucket.ts';
import type { JobRecord } from '../core/job-record.ts';
import type { JobDefinition, RunContext } from '../define-job.ts';
import { guardedFetch } from '../deliver/guarded-fetch.ts';
import { log } from '../edge/log.ts';
import { env } from '../env.ts';
import { secretReader } from './handler-secrets.ts';
import type { RunLog } from './run-log.ts';

/** What a handler is handed, but for its signal. */
export function contextOf(
  { id, tenant, type, run, maxRuns, createdAtMs, metadata = {}, traceparent }: JobRecord,
  { emit, progress }: RunLog,
  { secrets }: Pick<JobDefinition, 'secrets'>,
): Omit<RunContext, 'signal'> {
  return {
    emit,
    progress,
    log,
    job: {
      id,
      tenant,
      type,
      run,
      maxRuns,
      createdAt: new Date(createdAtMs).toISOString(),
      metadata,
      ...(traceparent !== undefined && { traceparent }),
    },
    fetch: (url, request) => guardedFetch(url, request, { allowLoopback: env('ALLOW_LOOPBACK') === '1' }),
    secret: secretReader(secrets),
    openUpload: (reference) => openUpload(tenant, reference),
  };
}
