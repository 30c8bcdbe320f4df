import manifest from 'jobwire:manifest';
import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { DeliveryStatus } from '../../protocol/webhooks.ts';
import { listJobs } from '../aws/job-lists.ts';
import { presentJob } from '../core/job-view.ts';
import { pageOf } from '../core/page.ts';
import { env } from '../env.ts';
import { getOwnJobWithPayloads } from '../read/find-own-job.ts';
import { settleJob } from '../read/settle-job.ts';
import { showJob } from '../read/show-job.ts';
import { showEndpointDeliveries, showJobDeliveries } from '../webhooks/deliveries.ts';
import { showEndpoint, showEndpoints } from '../webhooks/endpoints.ts';
import { type Call, doing, queryOf } from './call.ts';

interface Id {
  id: string;
}

/** Which deliveries. */
interface DeliveryArguments {
  webhook?: string | null;
  job?: string | null;
  [option: string]: unknown;
}

/** What `Query` answers. */
export const queries = {
  job: doing('getJob', async ({ id }: Id, { principal }) => {
    const found = await getOwnJobWithPayloads(id, principal.tenant);
    return showJob({ ...found, record: await settleJob(found.record, Date.now()) });
  }),
  jobs: doing('listJobs', async (args: Record<string, unknown>, { principal }) => {
    const { limit = limits.defaultPageSize, ...query } = queryOf('listJobs', args);
    const found = await listJobs(principal.tenant, { limit, ...query });
    return pageOf(found, (record) => presentJob(record, { restUrl: env('REST_URL') }));
  }),
  jobTypes: doing('listTypes', () => Object.values(manifest.types)),
  webhook: doing('getWebhook', ({ id }: Id, { principal }) => showEndpoint(principal.tenant, id)),
  webhooks: doing('listWebhooks', (args: Record<string, unknown>, { principal }) =>
    showEndpoints(principal.tenant, queryOf('listWebhooks', args)),
  ),
  deliveries: deliveries,
};

function deliveries(source: unknown, args: DeliveryArguments, call: Call, info: Parameters<typeof ofJob>[3]) {
  if ((args.webhook ?? undefined) === undefined) return ofJob(source, args, call, info);
  if ((args.job ?? undefined) === undefined) return ofWebhook(source, args, call, info);
  throw new ApiError('invalid-query', 'Cannot list deliveries of both: give the webhook or the job');
}

const ofJob = doing(
  'listJobDeliveries',
  ({ webhook: _, job, ...options }: DeliveryArguments, { principal }) =>
    showJobDeliveries(principal.tenant, job ?? '', optionsOf(options)),
  { idOf: 'job' },
);

const ofWebhook = doing(
  'listDeliveries',
  ({ webhook, job: _, ...options }: DeliveryArguments, { principal }) =>
    showEndpointDeliveries(principal.tenant, webhook ?? '', optionsOf(options)),
  { idOf: 'webhook' },
);

function optionsOf(options: Record<string, unknown>) {
  const { limit, page, status } = queryOf('listDeliveries', options);
  return { limit, page, status: status as DeliveryStatus | undefined };
}
