import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { readMoment } from '../../read-moment.ts';
import { UsageError } from '../../usage-error.ts';
import { webhookPath, webhookWord } from '../../webhook-path.ts';

/** `webhooks recover <webhook> --since`. */
export const recover = defineCommand({
  name: 'webhooks recover',
  summary: 'sends again what failed since a moment',
  words: [webhookWord],
  options: {
    since: { kind: 'text', value: 'time', help: 'a time such as 2026-11-22T12:00:00Z, or how long ago: 30m, 2h, 1d' },
  },
  examples: ['webhooks recover whk_4q7x2m5bfw3vkd6n --since 2h'],
  async run({ words: [id = ''], values: { since }, screen, isJson, ...call }) {
    if (since === undefined) throw new UsageError('Cannot recover: no moment is given, add --since 2h');
    const moment = readMoment('--since', since, Date.now());
    const path = `${webhookPath(id)}/recover`;
    let count = 0;
    let page: string | undefined;
    do {
      const body = { since: moment, ...(page !== undefined && { page }) };
      const answer = await call.service().client.request<{ count: number; next?: string }>('POST', path, { body });
      count += answer.count;
      page = answer.next;
    } while (page !== undefined);
    if (isJson) screen.printJson({ count, since: moment });
    else
      screen.tell(
        `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} sent again: those that failed since ${moment}.`,
      );
    return exitCode('done');
  },
});
