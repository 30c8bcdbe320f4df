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
    const body = { since: readMoment('--since', since, Date.now()) };
    let count = 0;
    for (let more = true; more; ) {
      const path = `${webhookPath(id)}/recover`;
      const answer = await call.service().client.request<{ count: number; more?: true }>('POST', path, { body });
      count += answer.count;
      more = answer.more === true;
    }
    if (isJson) screen.print(JSON.stringify({ count, since: body.since }));
    else
      screen.tell(
        `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} sent again: those that failed since ${body.since}.`,
      );
    return exitCode('done');
  },
});
