import { seal } from '../../lambdas/aws/webhook-secrets.ts';
import type { EndpointRecord } from '../../lambdas/core/endpoint-record.ts';
import { newJob } from '../../lambdas/core/job-changes.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import type { JobRecord, StoredEvent } from '../../lambdas/core/job-record.ts';
import { presentEvent } from '../../lambdas/core/job-view.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { endpointPlace } from '../../lambdas/deliveries/find-target.ts';
import type { EventType } from '../../protocol/lifecycle.ts';
import type { JobEvent, JobWebhook, Json } from '../../protocol/types.ts';

export interface JobOptions {
  tenant?: string;
  /** @default one `job.succeeded` */
  types?: EventType[];
  output?: Json;
  webhook?: JobWebhook;
  traceparent?: string;
}

/** A job with events as a worker announces them. */
export function jobOf(options: JobOptions): { record: JobRecord; events: JobEvent[] } {
  const { tenant = 'acme', types = ['job.succeeded'], output = 1, webhook, traceparent } = options;
  const now = Date.now();
  const record = newJob(
    { type: 'test', input: 1, ...(webhook && { webhook }) },
    {
      id: jobId({ tenant, secret: 's' }),
      tenant,
      type: { limits: defaultLimits, ordered: false },
      digest: 'd',
      input: { inline: '1', bytes: 1 },
      now,
      ...(traceparent && { traceparent }),
    },
  );
  const text = JSON.stringify(output);
  const error = { code: 'x', message: 'y' };
  const ended = { ...record, output: { item: 'D#1', bytes: text.length }, error };
  const events = types.map((type, index): StoredEvent => {
    const seq = index + 1;
    return { type, seq, prevSeq: index, timeMs: now, run: 1, error, nextRunAtMs: now };
  });
  return {
    record,
    events: events.map((event) => presentEvent(ended, event, { restUrl: 'http://rest.test/v1', output })),
  };
}

/** An endpoint's next version, with headers of its own. */
export async function sealHeaders(
  { secret: _, ...record }: EndpointRecord & { secret: string },
  headers: Record<string, string>,
): Promise<EndpointRecord> {
  const sealedHeaders = await seal(JSON.stringify(headers), endpointPlace(record));
  return { ...record, sealedHeaders, version: record.version + 1 };
}
