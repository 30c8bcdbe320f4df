import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { webhookPath, webhookWord } from '../../webhook-path.ts';

/** `webhooks delete <webhook>`. */
export const deleteWebhook = defineCommand({
  name: 'webhooks delete',
  summary: 'deletes a webhook',
  details: 'What is on its way to it is not sent any more.',
  words: [webhookWord],
  options: {},
  examples: ['webhooks delete whk_4q7x2m5bfw3vkd6n'],
  async run({ words: [id], screen, isJson, ...call }) {
    await call.service().client.request('DELETE', webhookPath(id));
    if (isJson) screen.printJson({ id, deleted: true });
    else screen.tell(`${id} is deleted.`);
    return exitCode('done');
  },
});
