import type { ClientMessage } from '../../protocol/socket-messages.ts';
import { cancelOwnJob } from '../cancel/cancel-own-job.ts';
import { admit } from '../edge/admit.ts';
import type { Call } from './message.ts';
import { messageJob, tell } from './tell.ts';

/** `cancel`: `accepted` with the job, canceled or about to be. Whoever is subscribed hears of its end as an event. */
export async function cancel(
  { id, job }: Extract<ClientMessage, { type: 'cancel' }>,
  { connection, nowMs }: Call,
): Promise<void> {
  const { principal } = connection;
  admit('cancelJob', principal, { path: { id: job }, nowMs });
  const { record } = await cancelOwnJob(job, principal.tenant);
  await tell(connection.id, { type: 'accepted', id, job: messageJob(record) });
}
