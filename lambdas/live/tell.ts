import type { ProblemDocument } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { type ServerMessage, subscriptionIdOf } from '../../protocol/socket-messages.ts';
import type { Job } from '../../protocol/types.ts';
import { postToConnection } from '../aws/connection-posts.ts';
import type { JobRecord } from '../core/job-record.ts';
import { presentJob } from '../core/job-view.ts';
import { dropConnection } from '../deliver/end-connection.ts';
import type { SocketMessage } from '../edge/socket.ts';
import { env } from '../env.ts';

/** Sends a message to a client; false where it is gone, and all that was kept of it too. */
export async function tell(connection: string, message: ServerMessage): Promise<boolean> {
  if (await postToConnection(connection, frameOf(message))) return true;
  await dropConnection(connection);
  return false;
}

/** Tells a client what was wrong with its message. */
export async function refuse({ connection, text }: SocketMessage, problem: ProblemDocument): Promise<void> {
  const id = subscriptionIdOf(text);
  await tell(connection, { type: 'error', ...(id !== undefined && { id }), error: problem });
}

/** The job as messages show it: without its input, and with no output that is not small. */
export function messageJob(record: JobRecord): Job {
  return presentJob(record, { restUrl: env('REST_URL') });
}

/** One frame, within the platform's limit whatever metadata and faults a job or a problem has. */
function frameOf(message: ServerMessage): string {
  const frame = JSON.stringify(message);
  if (Buffer.byteLength(frame) <= limits.maxMessageBytes) return frame;
  if ('job' in message) return JSON.stringify({ ...message, job: { ...message.job, metadata: undefined } });
  if (message.type === 'error') return JSON.stringify({ ...message, error: { ...message.error, errors: undefined } });
  throw new Error(`Cannot send a ${message.type} message: it has ${frame.length} characters`);
}
