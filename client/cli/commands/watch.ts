import type { Job } from '../../../protocol/types.ts';
import { defineCommand } from '../command.ts';
import { watchJob } from '../watch/watch-job.ts';

/** `watch <job>`. */
export const watch = defineCommand({
  name: 'watch',
  summary: 'follows a job to its end',
  details: `What happens goes to standard error, the output of the job to standard output.
Ctrl-C stops watching and leaves the job alone; it says how to watch it again.`,
  words: [{ name: 'job', help: 'the id of a job' }],
  options: {
    after: { kind: 'number', value: 'seq', help: 'a cursor: tells only what came after it' },
    'cancel-on-interrupt': { kind: 'flag', help: 'Ctrl-C cancels the job' },
  },
  examples: ['watch job_4q7x2m5bfw3vkd6n7tzjeyrahc', 'watch job_4q7x2m5bfw3vkd6n7tzjeyrahc --after 12 --json'],
  async run(call) {
    const [id = ''] = call.words;
    const { after, 'cancel-on-interrupt': isCanceledByInterrupt } = call.values;
    const job = await call.service().client.get(id);
    return watchJob(call, job as Job, { after, isCanceledByInterrupt });
  },
});
