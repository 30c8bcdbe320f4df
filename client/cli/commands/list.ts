import { type JobStatus, jobStatuses } from '../../../protocol/lifecycle.ts';
import type { Job } from '../../../protocol/types.ts';
import { defineCommand } from '../command.ts';
import { jobColumns } from '../show/job-columns.ts';
import { listOptions, printList } from '../show/print-list.ts';

/** `list`. */
export const list = defineCommand({
  name: 'list',
  summary: 'lists jobs, the newest first',
  words: [],
  options: {
    type: { kind: 'text', value: 'name', help: 'only jobs of this type' },
    status: { kind: 'text', value: 'status', choices: jobStatuses, help: 'only jobs in this state' },
    ...listOptions,
  },
  examples: ['list --type countdown --status running', 'list --all --json'],
  run(call) {
    const { type, status } = call.values;
    return printList<Job>(call, {
      path: '/jobs',
      query: { type, status: status as JobStatus | undefined },
      columns: jobColumns(call.screen),
      none: 'There are no such jobs.',
    });
  },
});
