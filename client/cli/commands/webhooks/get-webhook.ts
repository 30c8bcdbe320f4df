import type { Endpoint } from '../../../../protocol/webhooks.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { printWebhook } from '../../show/print-webhook.ts';
import { webhookPath, webhookWord } from '../../webhook-path.ts';

/** `webhooks get <webhook>`. */
export const getWebhook = defineCommand({
  name: 'webhooks get',
  summary: 'shows a webhook',
  words: [webhookWord],
  options: {},
  examples: ['webhooks get whk_4q7x2m5bfw3vkd6n'],
  async run(call) {
    printWebhook(call, await call.service().client.request<Endpoint>('GET', webhookPath(call.words[0])));
    return exitCode('done');
  },
});
