import type { Delivery } from '../../../../protocol/webhooks.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { printDelivery } from '../../show/print-delivery.ts';
import { webhookPath, webhookWord } from '../../webhook-path.ts';

/** `webhooks test <webhook>`. */
export const sendTest = defineCommand({
  name: 'webhooks test',
  summary: 'sends a webhook.test, on the way that every event goes',
  words: [webhookWord],
  options: {},
  examples: ['webhooks test whk_4q7x2m5bfw3vkd6n'],
  async run(call) {
    const [id = ''] = call.words;
    const delivery = await call.service().client.request<Delivery>('POST', `${webhookPath(id)}/test`);
    printDelivery(call, delivery, `webhooks deliveries ${id}`);
    return exitCode('done');
  },
});
