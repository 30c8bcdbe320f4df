import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { UsageError } from '../../usage-error.ts';

/** `dead-letters clear`. */
export const clearDeadLetters = defineCommand({
  name: 'dead-letters clear',
  summary: 'takes dead letters off their list; the jobs stay',
  words: [],
  options: {
    type: { kind: 'text', value: 'name', help: 'all of this type' },
    all: { kind: 'flag', help: 'all of them' },
  },
  examples: ['dead-letters clear --type csv-profile', 'dead-letters clear --all'],
  async run({ values: { type, all }, screen, isJson, ...call }) {
    if ((type !== undefined) === (all === true))
      throw new UsageError('Cannot clear: it must be --type <name> or --all');
    let count = 0;
    for (let more = true; more; ) {
      const answer = await call
        .service()
        .client.request<{ count: number; more?: true }>('DELETE', '/dead-letters', { query: { type } });
      count += answer.count;
      more = answer.more === true;
    }
    if (isJson) screen.printJson({ count });
    else screen.tell(`${count} ${count === 1 ? 'is' : 'are'} off the list.`);
    return exitCode('done');
  },
});
