import type { Job } from '../../../protocol/types.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { watchJob } from '../watch/watch-job.ts';

/** `retry <job>`. */
export const retry = defineCommand({
  name: 'retry',
  summary: 'makes a new job of one that ended without success',
  details:
    'The new job has the same input. Sent again it answers with the same new job, unless it has a key of its own.',
  words: [{ name: 'job', help: 'the id of a job that is done and did not succeed' }],
  options: {
    watch: { kind: 'flag', help: 'follows the new job to its end, and prints its output' },
    'cancel-on-interrupt': { kind: 'flag', help: 'with --watch: Ctrl-C cancels the job' },
    'idempotency-key': { kind: 'text', value: 'key', help: 'makes one more new job for each key' },
  },
  examples: ['retry job_4q7x2m5bfw3vkd6n7tzjeyrahc --watch'],
  async run(call) {
    const { screen, isJson, program, values } = call;
    const [id = ''] = call.words;
    const idempotencyKey = values['idempotency-key'];
    const job = (await call
      .service()
      .client.retry(id, { ...(idempotencyKey !== undefined && { idempotencyKey }) })) as Job;
    if (values.watch) {
      if (!isJson) screen.tell(screen.tellPaint.bold(job.id));
      return watchJob(call, job, { isCanceledByInterrupt: values['cancel-on-interrupt'] });
    }
    if (isJson) screen.printJson(job, 2);
    else {
      screen.print(job.id);
      screen.tell(`  ${screen.tellPaint.dim(`retry of ${id}; watch it with`)}  ${program} watch ${job.id}`);
    }
    return exitCode('done');
  },
});
