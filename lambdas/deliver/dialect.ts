import { problems } from '../../protocol/errors.ts';
import type { GraphqlServerMessage } from '../../protocol/graphql-messages.ts';
import { limits } from '../../protocol/limits.ts';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import type { Connection } from '../aws/connections.ts';
import { shapeEvent } from '../core/event-selection.ts';

/**
 * How a connection is spoken to: undefined in `jobwire.v1`, else in `graphql-transport-ws`, with the compiled selection
 * of the subscription that a message is about, or nothing where it is about none.
 */
export type Dialect = string | undefined;

/** How a connection is spoken to about itself. */
export function dialectOf({ protocol }: Pick<Connection, 'protocol'>): Dialect {
  return protocol === 'graphql-transport-ws' ? '' : undefined;
}

/** A message as the frames of a dialect, each within the platform's limit. */
export function framesOf(message: ServerMessage, dialect: Dialect): string[] {
  return dialect === undefined ? [ownFrame(message)] : translate(message, dialect).map((told) => JSON.stringify(told));
}

/** Whatever metadata and faults a job or a problem has. */
function ownFrame(message: ServerMessage): string {
  const frame = JSON.stringify(message);
  if (isWithinLimit(frame)) return frame;
  if ('job' in message) return JSON.stringify({ ...message, job: { ...message.job, metadata: undefined } });
  if (message.type === 'error') return JSON.stringify({ ...message, error: { ...message.error, errors: undefined } });
  throw new Error(`Cannot send a ${message.type} message: it has ${frame.length} characters`);
}

/** True for a frame that the platform takes. */
export const isWithinLimit = (frame: string): boolean => Buffer.byteLength(frame) <= limits.maxMessageBytes;

function translate(message: ServerMessage, selection: string): GraphqlServerMessage[] {
  switch (message.type) {
    case 'event':
      return [{ type: 'next', id: message.id, payload: shapeEvent(message.event, selection) }];
    case 'reset':
      return [resetMessage(message, selection)];
    case 'complete':
      return [{ type: 'complete', id: message.id }];
    case 'error':
      return message.id === undefined ? [] : [errorMessage(message.id, message)];
    case 'reconnect':
      return [{ type: 'ping', payload: { reconnect: true } }];
    case 'pong':
      return [{ type: 'pong' }];
    case 'subscribed':
    case 'accepted':
      return []; // GraphQL has no word for it: the first event says as much.
  }
}

function resetMessage({ id, job }: Extract<ServerMessage, { type: 'reset' }>, selection: string): GraphqlServerMessage {
  const time = new Date().toISOString();
  const { metadata: _, ...small } = job;
  const shaped = (shown: typeof job): GraphqlServerMessage => ({
    type: 'next',
    id,
    payload: shapeEvent({ type: 'reset', job: shown, time }, selection),
  });
  const whole = shaped(job);
  return isWithinLimit(JSON.stringify(whole)) ? whole : shaped(small);
}

function errorMessage(
  id: string,
  { error: { detail, code, status, requestId, errors }, retryAfterSeconds }: Extract<ServerMessage, { type: 'error' }>,
): GraphqlServerMessage {
  const { retryable } = problems[code];
  const error = (listed: object) => ({
    message: detail,
    extensions: { code, status, retryable, requestId, retryAfterSeconds, ...listed },
  });
  const message: GraphqlServerMessage = { type: 'error', id, payload: [error(errors ? { errors } : {})] };
  return isWithinLimit(JSON.stringify(message)) ? message : { ...message, payload: [error({})] };
}
