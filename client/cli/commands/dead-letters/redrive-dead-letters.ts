import { defineCommand } from '../../command.ts';
import { exitCode } from '../../exit-codes.ts';
import { UsageError } from '../../usage-error.ts';

/** `dead-letters redrive`. */
export const redriveDeadLetters = defineCommand({
  name: 'dead-letters redrive',
  summary: 'makes new, linked jobs of dead letters',
  details: 'The old ones leave the list. A repeat makes no second job. Prints the ids of the new ones.',
  words: [{ name: 'job', help: 'the ids of dead letters', optional: true, many: true }],
  options: {
    type: { kind: 'text', value: 'name', help: 'all of this type' },
    all: { kind: 'flag', help: 'all of them' },
  },
  examples: ['dead-letters redrive job_4q7x2m5bfw3vkd6n7tzjeyrahc', 'dead-letters redrive --type csv-profile'],
  async run({ words, values: { type, all }, screen, isJson, ...call }) {
    const ways = [words.length > 0, type !== undefined, all === true].filter(Boolean).length;
    if (ways !== 1) throw new UsageError('Cannot redrive: name jobs, or --type, or --all, and one of these alone');
    const chosen = { ...(words.length > 0 && { jobs: words }), ...(type !== undefined && { type }) };
    const jobs: string[] = [];
    let page: string | undefined;
    do {
      const body = { ...chosen, ...(page !== undefined && { page }) };
      const answer = await call
        .service()
        .client.request<{ jobs: string[]; next?: string }>('POST', '/dead-letters/redrive', {
          body,
          isRepeatable: true,
        });
      jobs.push(...answer.jobs);
      page = answer.next;
    } while (page !== undefined);
    if (isJson) screen.printJson({ jobs });
    else for (const id of jobs) screen.print(id);
    if (!isJson) screen.tell(screen.tellPaint.dim(`${jobs.length} new ${jobs.length === 1 ? 'job' : 'jobs'}.`));
    return exitCode('done');
  },
});
