import { type Delivery, deliveryStatuses } from '../../../../protocol/webhooks.ts';
import { defineCommand } from '../../command.ts';
import { deliveryColumns } from '../../show/delivery-columns.ts';
import { listOptions, printList } from '../../show/print-list.ts';
import { webhookPath, webhookWord } from '../../webhook-path.ts';

/** `webhooks deliveries <webhook>`. */
export const listDeliveries = defineCommand({
  name: 'webhooks deliveries',
  summary: 'lists what was sent to a webhook, the newest first',
  words: [webhookWord],
  options: {
    status: { kind: 'text', value: 'status', choices: deliveryStatuses, help: 'only deliveries in this state' },
    ...listOptions,
  },
  examples: ['webhooks deliveries whk_4q7x2m5bfw3vkd6n --status failed --all'],
  run(call) {
    return printList<Delivery>(call, {
      path: `${webhookPath(call.words[0])}/deliveries`,
      query: { status: call.values.status },
      // All go to the same one.
      columns: deliveryColumns(call.screen).filter(({ title }) => title !== 'TO'),
      none: `Nothing has been sent to it yet: ${call.program} webhooks test ${call.words[0]} does.`,
    });
  },
});
