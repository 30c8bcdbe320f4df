import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { type ClientMessage, parseClientMessage } from '../../protocol/socket-messages.ts';
import { closeConnection } from '../aws/connection-posts.ts';
import { type Connection, countMessage, freeSubscriptions, takeSubscription } from '../aws/connections.ts';
import { type Dialect, dialectOf } from '../deliver/dialect.ts';
import { dropConnection } from '../deliver/end-connection.ts';
import type { SocketMessage } from '../edge/socket.ts';
import { cancel } from './cancel.ts';
import { isKeyRevoked, keyRevoked } from './check-key.ts';
import { checkRate } from './check-rate.ts';
import { graphqlMessage } from './graphql-message.ts';
import { submit } from './submit.ts';
import { subscribe } from './subscribe.ts';
import { refuse, tell } from './tell.ts';
import { unsubscribe } from './unsubscribe.ts';

/** A message that counts, and whose it is. */
export interface Call {
  connection: Connection;
  nowMs: number;
  requestId: string;
  remainingMs(): number;
  /** True where the message has already taken its subscription id. */
  taken: boolean;
  /** How its client is spoken to. */
  dialect?: Dialect;
}

/**
 * Takes one message of a client. Counting it is the one write that every message costs: it returns the connection's
 * row, tells the idle from the busy, and is the rate limit. A subscription's id is taken by the same write.
 */
export async function message(received: SocketMessage): Promise<void> {
  const { connection: id, text, requestId, remainingMs } = received;
  const nowMs = Date.now();
  const { message, fault } = read(text);
  const wanted = message?.type === 'subscribe' ? message : undefined;
  const taken = wanted && (await takeSubscription(id, { subscription: wanted.id, job: wanted.job, nowMs }));
  const connection = taken ?? (await countMessage(id, nowMs));
  // Forgotten while its client was out of reach: it must connect again.
  if (!connection) return void (await closeConnection(id));
  const dialect = dialectOf(connection);
  if (await isKeyRevoked(connection, nowMs)) return await endRevoked(received, dialect);
  const call = { connection, nowMs, requestId, remainingMs, taken: taken !== undefined, dialect };
  const giveBack = async () => {
    if (taken && wanted) await freeSubscriptions(id, [{ subscription: wanted.id, takenAtMs: nowMs }]);
  };
  if (dialect !== undefined) {
    await giveBack();
    return await graphqlMessage(text, { ...call, taken: false });
  }
  try {
    await checkRate(connection, nowMs);
  } catch (thrown) {
    await giveBack();
    throw thrown;
  }
  if (!message) throw fault;
  await answer(message, call);
}

/** Ends a connection whose key is good no more; says so where its subprotocol has a word for it. */
async function endRevoked(received: SocketMessage, dialect: Dialect): Promise<void> {
  if (dialect === undefined) await refuse(received, keyRevoked());
  await dropConnection(received.connection);
}

function read(text: string): { message?: ClientMessage; fault?: unknown } {
  try {
    if (Buffer.byteLength(text) <= limits.maxMessageBytes) return { message: parseClientMessage(text) };
    const detail = `Cannot take this message: it is over ${limits.maxMessageBytes} bytes; submit large jobs over REST`;
    return { fault: new ApiError('payload-too-large', detail) };
  } catch (fault) {
    return { fault };
  }
}

async function answer(message: ClientMessage, call: Call): Promise<void> {
  switch (message.type) {
    case 'subscribe':
      return await subscribe(message, call);
    case 'unsubscribe':
      return await unsubscribe(message, call);
    case 'submit':
      return await submit(message, call);
    case 'cancel':
      return await cancel(message, call);
    case 'ping':
      await tell(call.connection.id, { type: 'pong' });
  }
}
