import type { Client } from '../../client/types.ts';
import type { GraphqlClientMessage, GraphqlServerMessage } from '../../protocol/graphql-messages.ts';
import type { EventType } from '../../protocol/lifecycle.ts';

const document = 'subscription($id: ID!, $after: Int) { jobEvents(id: $id, after: $after) { seq type time } }';

/** What the comparison needs of an event. */
export interface HeardEvent {
  seq: number;
  type: EventType;
  time: string;
}

interface FollowOptions {
  job: string;
  after: number;
  signal: AbortSignal;
  onOpen(): void;
  onEvent(event: HeardEvent): void;
}

/** Follows a job by a GraphQL subscription over `graphql-transport-ws`, until the job's end. */
export async function followGraphql(client: Client, options: FollowOptions): Promise<void> {
  const { job, signal, onOpen, onEvent } = options;
  const { links } = await client.service({ signal });
  const request = { body: { job, singleUse: true, expiresInSeconds: 60 }, signal };
  const { token } = await client.request<{ token: string }>('POST', '/tokens', request);
  const address = new URL(links.events);
  address.searchParams.set('access_token', token);
  const socket = new WebSocket(address, 'graphql-transport-ws');
  const ended = Promise.withResolvers<void>();
  const send = (message: GraphqlClientMessage) => socket.send(JSON.stringify(message));

  signal.addEventListener('abort', () => socket.close());
  socket.onopen = () => send({ type: 'connection_init' });
  socket.onclose = () => ended.resolve();
  socket.onerror = () => ended.reject(new Error('Cannot open the WebSocket: its address must be reachable'));
  socket.onmessage = ({ data }) => {
    const message: GraphqlServerMessage = JSON.parse(data);
    if (message.type === 'connection_ack') {
      const variables = { id: job, after: options.after };
      send({ type: 'subscribe', id: 'events', payload: { query: document, variables } });
      onOpen();
    } else if (message.type === 'next') {
      const event = eventOf(message.payload);
      if (event) onEvent(event);
    } else if (message.type === 'error') {
      ended.reject(new Error(`Cannot subscribe by GraphQL: ${JSON.stringify(message.payload)}`));
      socket.close();
    } else if (message.type === 'complete') {
      socket.close();
    }
  };
  await ended.promise;
}

function eventOf(payload: object): HeardEvent | undefined {
  const { data } = payload as { data?: { jobEvents?: HeardEvent } };
  return data?.jobEvents;
}
