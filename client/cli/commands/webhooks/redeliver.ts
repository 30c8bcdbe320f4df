import type { Delivery } from '../../../../protocol/webhooks.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { printDelivery } from '../../show/print-delivery.ts';

/** `webhooks redeliver <delivery>`. */
export const redeliver = defineCommand({
  name: 'webhooks redeliver',
  summary: 'sends a delivery again, under the same webhook-id',
  words: [{ name: 'delivery', help: 'the id of a delivery; `webhooks deliveries` shows it' }],
  options: {},
  examples: ['webhooks redeliver dlv_4q7x2m5bfw3vkd6n7tzjeyrahc'],
  async run(call) {
    const [id = ''] = call.words;
    const path = `/deliveries/${encodeURIComponent(id)}/redeliver`;
    const delivery = await call.service().client.request<Delivery>('POST', path);
    printDelivery(
      call,
      delivery,
      delivery.job === delivery.endpoint ? `deliveries ${delivery.job}` : `webhooks deliveries ${delivery.endpoint}`,
    );
    return exitCode('done');
  },
});
