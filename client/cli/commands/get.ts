import type { Job } from '../../../protocol/types.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { printJob } from '../show/print-job.ts';
import { printOutput } from '../show/print-output.ts';
import { UsageError } from '../usage-error.ts';

/** `get <job>`. */
export const get = defineCommand({
  name: 'get',
  summary: 'shows a job',
  words: [{ name: 'job', help: 'the id of a job' }],
  options: { output: { kind: 'flag', help: 'prints its output alone, as JSON, however large' } },
  examples: ['get job_4q7x2m5bfw3vkd6n7tzjeyrahc', 'get job_4q7x2m5bfw3vkd6n7tzjeyrahc --output'],
  async run(call) {
    const [id = ''] = call.words;
    const { screen, isJson, values } = call;
    const { client } = call.service();
    const job = (await client.get(id)) as Job;
    if (values.output) {
      if (job.status !== 'succeeded') {
        throw new UsageError(`Cannot print the output of ${id}: it is ${job.status}, and must have succeeded`);
      }
      screen.printJson(await client.output(job), 2);
      return exitCode('done');
    }
    if (isJson) {
      screen.printJson(job, 2);
      return exitCode('done');
    }
    printJob(call, job);
    if (job.status === 'succeeded') {
      screen.print('');
      await printOutput(call, job);
    }
    return exitCode('done');
  },
});
