import { afterAll, afterEach, beforeAll } from 'vitest';
import { deleteEndpoint, listEndpoints } from '../../lambdas/aws/endpoints.ts';
import { openWebhookStage, tenant, type WebhookStage } from './webhook-stage.ts';

/** A webhook stage for all tests of a file; each leaves no endpoint and nothing on its way. */
export function useWebhookStage(): WebhookStage {
  const stage = {} as WebhookStage;
  beforeAll(async () => {
    Object.assign(stage, await openWebhookStage());
  });
  afterAll(() => stage.stop());
  afterEach(async () => {
    stage.got.length = 0;
    for (const { id } of await listEndpoints(tenant, { consistent: true })) await deleteEndpoint(tenant, id);
    await stage.drain();
  });
  return stage;
}
