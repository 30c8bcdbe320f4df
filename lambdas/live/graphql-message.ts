import { ApiError } from '../../protocol/errors.ts';
import {
  type GraphqlClientMessage,
  type GraphqlServerMessage,
  parseGraphqlMessage,
} from '../../protocol/graphql-messages.ts';
import { subscriptionIdOf } from '../../protocol/socket-messages.ts';
import { postToConnection } from '../aws/connection-posts.ts';
import { acknowledgeConnection } from '../aws/connections.ts';
import { askGraphql } from '../aws/graphql-function.ts';
import type { GraphqlError } from '../core/graphql-question.ts';
import { isWithinLimit } from '../deliver/dialect.ts';
import { dropConnection } from '../deliver/end-connection.ts';
import { log } from '../edge/log.ts';
import { apiErrorOf } from '../edge/respond.ts';
import { checkRate } from './check-rate.ts';
import type { Call } from './message.ts';
import { subscribe } from './subscribe.ts';
import { errorMessage, tell } from './tell.ts';
import { unsubscribeSilently } from './unsubscribe.ts';

type Subscribe = Extract<GraphqlClientMessage, { type: 'subscribe' }>;

/**
 * Takes one message of a client that speaks `graphql-transport-ws`. Where the protocol has the server close the
 * connection with a code of its own (4400, 4401, 4409, 4429), it is closed: the platform lets nobody choose the code.
 */
export async function graphqlMessage(text: string, call: Call): Promise<void> {
  const { connection } = call;
  let message: GraphqlClientMessage | undefined;
  try {
    await checkRate(connection, call.nowMs);
    if (!isWithinLimit(text)) throw new ApiError('payload-too-large', 'Cannot take this message: it is too large');
    message = parseGraphqlMessage(text);
  } catch (thrown) {
    return await refuse(subscriptionIdOf(text), thrown, call);
  }
  if (!message) return await dropConnection(connection.id);
  switch (message.type) {
    case 'connection_init':
      return await acknowledge(call);
    case 'ping':
      return void (await tell(connection.id, { type: 'pong' }, ''));
    case 'pong':
      return;
    case 'subscribe':
      return await operate(message, call);
    case 'complete':
      await unsubscribeSilently(message.id, call);
  }
}

/** Once: a second `connection_init` is against the protocol. */
async function acknowledge({ connection, nowMs }: Call): Promise<void> {
  if (await acknowledgeConnection(connection.id, nowMs)) await send(connection.id, { type: 'connection_ack' });
  else await dropConnection(connection.id);
}

async function operate({ id, payload }: Subscribe, call: Call): Promise<void> {
  const { connection, requestId } = call;
  if (connection.acknowledgedAtMs === undefined) return await dropConnection(connection.id);
  try {
    const answer = await askGraphql({ principal: connection.principal, requestId, payload });
    if (answer.kind === 'refused') return await sendErrors(id, answer.errors, call);
    if (answer.kind === 'result') return await sendResult(id, answer.result, call);
    const { job, after, selection } = answer.subscription;
    await subscribe({ type: 'subscribe', id, job, after }, { ...call, dialect: selection });
  } catch (thrown) {
    await refuse(id, thrown, call);
  }
}

/** All errors, or where they do not fit into a message the first one alone, without the places that it names. */
async function sendErrors(id: string, errors: GraphqlError[], { connection }: Call): Promise<void> {
  const all: GraphqlServerMessage = { type: 'error', id, payload: errors };
  const [{ message, extensions } = { message: '' }] = errors;
  const first = { message, extensions: { ...extensions, errors: undefined } };
  await send(connection.id, isWithinLimit(JSON.stringify(all)) ? all : { ...all, payload: [first] });
}

async function sendResult(id: string, result: object, { connection }: Call): Promise<void> {
  const next: GraphqlServerMessage = { type: 'next', id, payload: result };
  if (!isWithinLimit(JSON.stringify(next))) {
    const detail = 'Cannot send the result: it is too large for a message, ask for less or over POST /v1/graphql';
    throw new ApiError('payload-too-large', detail);
  }
  if (await send(connection.id, next)) await send(connection.id, { type: 'complete', id });
}

/** Tells a client what was wrong with an operation; what is wrong with no operation ends the connection. */
async function refuse(id: string | undefined, thrown: unknown, { connection, requestId }: Call): Promise<void> {
  const error = apiErrorOf(thrown);
  if (error.status >= 500)
    log.error('operation failed', { requestId, connection: connection.id, code: error.code, error: thrown });
  // An id that is in use (4409), or none at all.
  if (id === undefined || error.code === 'invalid-message') return await dropConnection(connection.id);
  await tell(connection.id, errorMessage(error, { id, requestId }), '');
}

async function send(connection: string, message: GraphqlServerMessage): Promise<boolean> {
  if (await postToConnection(connection, JSON.stringify(message))) return true;
  await dropConnection(connection);
  return false;
}
