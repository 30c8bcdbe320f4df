import type { Endpoint } from '../../../../protocol/webhooks.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { printWebhook } from '../../show/print-webhook.ts';
import { UsageError } from '../../usage-error.ts';
import { webhookPath, webhookWord } from '../../webhook-path.ts';
import { webhookMembers, webhookOptions } from './webhook-options.ts';

/** `webhooks update <webhook>`. */
export const updateWebhook = defineCommand({
  name: 'webhooks update',
  summary: 'changes, enables or disables a webhook',
  details:
    'What is not named stays. --header takes the place of all headers; --types all and --description "" take away.',
  words: [webhookWord],
  options: {
    ...webhookOptions,
    to: { kind: 'text', value: 'address', help: 'sends to another address' },
    enable: { kind: 'flag', help: 'sends again; it begins without a past' },
    disable: { kind: 'flag', help: 'sends nothing until it is enabled' },
  },
  examples: ['webhooks update whk_4q7x2m5bfw3vkd6n --enable', 'webhooks update whk_4q7x2m5bfw3vkd6n --events "job.*"'],
  async run(call) {
    const { to, enable, disable } = call.values;
    if (enable && disable) throw new UsageError('Cannot both --enable and --disable: it must be one');
    const body = {
      ...webhookMembers(call.values),
      ...(to !== undefined && { url: to }),
      ...((enable || disable) && { enabled: enable === true }),
    };
    if (Object.keys(body).length === 0) {
      throw new UsageError('Cannot update nothing: name what is to change');
    }
    printWebhook(call, await call.service().client.request<Endpoint>('PATCH', webhookPath(call.words[0]), { body }));
    return exitCode('done');
  },
});
