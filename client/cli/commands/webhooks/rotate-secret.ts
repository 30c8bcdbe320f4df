import { limits } from '../../../../protocol/limits.ts';
import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { webhookPath, webhookWord } from '../../webhook-path.ts';

/** `webhooks rotate-secret <webhook>`. */
export const rotateSecret = defineCommand({
  name: 'webhooks rotate-secret',
  summary: 'gives a webhook a new secret, and shows it this once',
  details: 'Until the overlap ends, webhooks carry a signature of the former secret as well.',
  words: [webhookWord],
  options: {
    overlap: {
      kind: 'number',
      value: 'seconds',
      minimum: 0,
      maximum: limits.maxSecretOverlapSeconds,
      help: `how long the former secret signs as well; ${limits.defaultSecretOverlapSeconds} where it is left out`,
    },
  },
  examples: ['webhooks rotate-secret whk_4q7x2m5bfw3vkd6n --overlap 3600'],
  async run({ words: [id], values: { overlap }, screen, isJson, ...call }) {
    const rotated = await call
      .service()
      .client.request<{ secret: string; overlapUntil: string }>('POST', `${webhookPath(id)}/rotate-secret`, {
        body: overlap === undefined ? {} : { overlapSeconds: overlap },
      });
    if (isJson) screen.printJson(rotated);
    else {
      const { dim } = screen.tellPaint;
      screen.print(rotated.secret);
      screen.tell(
        dim(`The new secret of ${id}, shown this once. The former one signs as well until ${rotated.overlapUntil}.`),
      );
    }
    return exitCode('done');
  },
});
