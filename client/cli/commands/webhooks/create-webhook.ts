import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { type EndpointWithSecret, printWebhook } from '../../show/print-webhook.ts';
import { webhookMembers, webhookOptions } from './webhook-options.ts';

/** `webhooks create <url>`. */
export const createWebhook = defineCommand({
  name: 'webhooks create',
  summary: 'adds a webhook, and shows its secret this once',
  details: 'Told are the four ends of jobs, unless --events says otherwise; "job.*" means all.',
  words: [{ name: 'address', help: 'where to: https, and at a local server http://localhost too' }],
  options: { ...webhookOptions, disabled: { kind: 'flag', help: 'sends nothing until it is enabled' } },
  examples: ['webhooks create https://example.com/hooks --events job.succeeded,job.failed --types csv-profile'],
  async run(call) {
    const { words, values, isJson, screen } = call;
    const { types, ...members } = webhookMembers(values) as { types?: string[] | null };
    const webhook = await call.service().client.request<EndpointWithSecret>('POST', '/webhooks', {
      body: { url: words[0], ...members, ...(types && { types }), ...(values.disabled && { enabled: false }) },
    });
    printWebhook(call, webhook);
    if (!isJson)
      screen.tell(screen.tellPaint.dim('The secret is shown this once: keep it where the receiver finds it.'));
    return exitCode('done');
  },
});
