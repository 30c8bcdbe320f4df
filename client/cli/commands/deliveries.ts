import { type Delivery, deliveryStatuses } from '../../../protocol/webhooks.ts';
import { defineCommand } from '../command.ts';
import { deliveryColumns } from '../show/delivery-columns.ts';
import { listOptions, printList } from '../show/print-list.ts';

/** `deliveries <job>`. */
export const deliveries = defineCommand({
  name: 'deliveries',
  summary: "lists the webhooks sent of a job's events",
  words: [{ name: 'job', help: 'the id of a job' }],
  options: {
    status: { kind: 'text', value: 'status', choices: deliveryStatuses, help: 'only deliveries in this state' },
    ...listOptions,
  },
  examples: ['deliveries job_4q7x2m5bfw3vkd6n7tzjeyrahc --status failed'],
  run(call) {
    return printList<Delivery>(call, {
      path: `/jobs/${encodeURIComponent(call.words[0] ?? '')}/deliveries`,
      query: { status: call.values.status },
      columns: deliveryColumns(call.screen),
      none: 'No webhooks have been sent of it.',
    });
  },
});
