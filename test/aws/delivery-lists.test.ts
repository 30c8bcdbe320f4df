import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDelivery, saveDelivery } from '../../lambdas/aws/deliveries.ts';
import { listEndpointDeliveries, listJobDeliveries } from '../../lambdas/aws/delivery-lists.ts';
import { deliveryId } from '../../lambdas/core/delivery-id.ts';
import { newDelivery } from '../../lambdas/core/delivery-record.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import { pageOf } from '../../lambdas/core/page.ts';
import type { WebhookEvent } from '../../protocol/webhooks.ts';
import { type JobStage, openJobStage } from '../support/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await openJobStage();
});
afterAll(() => stage.stop());

const job = jobId({ tenant: 'acme', secret: 's' });
const endpoint = `whk_${'a'.repeat(26)}`;
/** As many attempts as are kept, each with an answer as long as is recorded. */
const attempts = Array.from({ length: 25 }, (_, atMs) => ({
  atMs,
  durationMs: 1,
  status: 500,
  body: '"'.repeat(1_024),
}));

it('lists of large deliveries give each of them once, whatever a page or a Query has room for', async () => {
  const made: string[] = [];
  for (let seq = 1; seq <= 90; seq += 1) {
    const event = { id: `evt_${seq}`, type: 'job.running', job, seq } as unknown as WebhookEvent;
    const id = deliveryId({ group: job, life: 1, seq, endpoint });
    const record = await createDelivery(newDelivery({ id, tenant: 'acme', endpoint, event }, Date.now() + seq));
    if (record) await saveDelivery({ ...record, attempts });
    made.push(id);
  }
  const lists = {
    job: (page?: string) => listJobDeliveries(job, { limit: 100, page }),
    endpoint: (page?: string) => listEndpointDeliveries(endpoint, { limit: 100, page }),
  };
  for (const [name, list] of Object.entries(lists)) {
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const page = pageOf(await list(next), ({ id, ...record }) => ({ id, record }));
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    } while (next !== undefined);
    expect(seen, name).toEqual(name === 'job' ? made : made.toReversed());
  }
});
