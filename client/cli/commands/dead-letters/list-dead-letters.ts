import type { Job } from '../../../../protocol/types.ts';
import { defineCommand } from '../../command.ts';
import { jobColumns } from '../../show/job-columns.ts';
import { listOptions, printList } from '../../show/print-list.ts';

/** `dead-letters list`. */
export const listDeadLetters = defineCommand({
  name: 'dead-letters list',
  summary: 'lists jobs that ran out of runs, or whose message could not be processed',
  words: [],
  options: { type: { kind: 'text', value: 'name', help: 'only jobs of this type' }, ...listOptions },
  examples: ['dead-letters list --type csv-profile'],
  run(call) {
    return printList<Job>(call, {
      path: '/dead-letters',
      query: { type: call.values.type },
      columns: jobColumns(call.screen).filter(({ title }) => title !== 'STATUS'),
      none: 'There are no dead letters.',
    });
  },
});
