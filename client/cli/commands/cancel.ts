import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-codes.ts';

/** `cancel <job>`. */
export const cancel = defineCommand({
  name: 'cancel',
  summary: 'cancels a job',
  details: 'A queued job is canceled at once; a running one as soon as its handler has stopped, within seconds.',
  words: [{ name: 'job', help: 'the id of a job' }],
  options: {},
  examples: ['cancel job_4q7x2m5bfw3vkd6n7tzjeyrahc'],
  async run({ words: [id = ''], screen, isJson, program, ...call }) {
    const job = await call.service().client.cancel(id);
    if (isJson) screen.printJson(job, 2);
    else if (job.done) screen.tell(`${job.id} is canceled.`);
    else screen.tell(`${job.id} is told to stop; ${program} watch ${job.id} shows its end.`);
    return exitCode('done');
  },
});
