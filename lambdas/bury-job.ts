import { parseMessage, setVisibility } from './aws/job-queue.ts';
import { decideBurial } from './core/claim-decision.ts';
import { log } from './edge/log.ts';
import { type Outcome, type QueueMessage, queue } from './edge/queue.ts';
import { takeJob } from './run/take-job.ts';

/** Ends the jobs whose messages ended in a dead-letter queue, so that their clients hear of an end. */
export const handler = queue(buryJob, setVisibility);

async function buryJob({ body }: QueueMessage): Promise<Outcome> {
  const message = await parseMessage(body);
  if (!message) {
    log.error('dead message dropped: it is not signed by us');
    return 'done';
  }
  log.warn('message died', { job: message.job, tenant: message.tenant, type: message.type });
  const taken = await takeJob(message, decideBurial);
  return 'outcome' in taken ? taken.outcome : 'done';
}
