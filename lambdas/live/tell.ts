import { type ApiError, problemDocument } from '../../protocol/errors.ts';
import { type ServerMessage, subscriptionIdOf } from '../../protocol/socket-messages.ts';
import type { Job } from '../../protocol/types.ts';
import { postToConnection } from '../aws/connection-posts.ts';
import type { JobRecord } from '../core/job-record.ts';
import { presentJob } from '../core/job-view.ts';
import { type Dialect, framesOf } from '../deliver/dialect.ts';
import { dropConnection } from '../deliver/end-connection.ts';
import type { SocketMessage } from '../edge/socket.ts';
import { env } from '../env.ts';

/** Sends a message to a client; false where it is gone, and all that was kept of it too. */
export async function tell(connection: string, message: ServerMessage, dialect?: Dialect): Promise<boolean> {
  for (const frame of framesOf(message, dialect)) {
    if (await postToConnection(connection, frame)) continue;
    await dropConnection(connection);
    return false;
  }
  return true;
}

/** Tells a client what was wrong with its message. */
export async function refuse({ connection, text, requestId }: SocketMessage, error: ApiError): Promise<void> {
  await tell(connection, errorMessage(error, { id: subscriptionIdOf(text), requestId }));
}

/** A refusal as a message. */
export function errorMessage(
  error: ApiError,
  { id, requestId }: { id: string | undefined; requestId: string },
): ServerMessage {
  const { retryAfterSeconds } = error;
  return {
    type: 'error',
    ...(id !== undefined && { id }),
    error: problemDocument(error, { restUrl: env('REST_URL'), requestId }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/** The job as messages show it: without its input, and with no output that is not small. */
export function messageJob(record: JobRecord): Job {
  return presentJob(record, { restUrl: env('REST_URL') });
}
