import type { Endpoint } from '../../../../protocol/webhooks.ts';
import { defineCommand } from '../../command.ts';
import { markedStatus } from '../../show/job-columns.ts';
import { listOptions, printList } from '../../show/print-list.ts';
import { stateOf } from '../../show/print-webhook.ts';
import { printableLine } from '../../terminal/printable.ts';
import { statusMark } from '../../terminal/status-mark.ts';

/** `webhooks list`. */
export const listWebhooks = defineCommand({
  name: 'webhooks list',
  summary: 'lists webhooks, the oldest first',
  words: [],
  options: listOptions,
  examples: ['webhooks list'],
  run(call) {
    const { paint, isUnicode } = call.screen;
    return printList<Endpoint>(call, {
      path: '/webhooks',
      columns: [
        { title: 'WEBHOOK', cell: ({ id }) => id, isWhole: true },
        {
          title: 'STATUS',
          cell: (webhook) => markedStatus(stateOf(webhook), isUnicode),
          paint: (webhook) => paint[statusMark(stateOf(webhook), isUnicode).colour],
        },
        { title: 'URL', cell: ({ url }) => printableLine(url) },
        { title: 'EVENTS', cell: ({ events }) => events.join(', ') },
        { title: 'SAYS', cell: ({ description = '' }) => printableLine(description) },
      ],
      none: `There are no webhooks yet: ${call.program} webhooks create https://... makes one.`,
    });
  },
});
