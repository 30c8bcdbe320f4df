import { dynamo } from '../../lambdas/aws/clients.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import { play } from './play-job.ts';
import type { SocketStand } from './socket-stand.ts';

/** Calls `at` before the n-th call that the functions make to the table or to a connection; says how many there were. */
export function interrupt(stand: SocketStand, n: number, at: () => Promise<void>): () => number {
  const client = dynamo();
  const send = client.send.bind(client);
  let calls = 0;
  let isInside = false;
  const step = async () => {
    if (isInside) return;
    calls += 1;
    if (calls !== n) return;
    isInside = true;
    await at();
    isInside = false;
  };
  Object.assign(client, {
    async send(command: Parameters<typeof send>[0]) {
      await step();
      return await send(command);
    },
  });
  stand.beforePost = step;
  return () => {
    Object.assign(client, { send });
    stand.beforePost = async () => {};
    return calls;
  };
}

/** Plays steps of a worker one after another, each with what it tells. */
export async function playOn(record: JobRecord, steps: string[]): Promise<JobRecord> {
  let head = record;
  for (const name of steps) {
    const step = await play(name, head);
    head = step.record;
    await step.announce();
  }
  return head;
}

export const seqsOf = (messages: ServerMessage[]) =>
  messages.flatMap((message) => (message.type === 'event' ? [message.event.seq] : []));
export const typesOf = (messages: ServerMessage[]) => messages.map(({ type }) => type);
