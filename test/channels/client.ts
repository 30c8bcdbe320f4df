import { type ChannelName, type Client, createClient } from '../../client/index.ts';
import { type Blocks, startBlockingProxy } from '../support/blocking-proxy.ts';
import type { Channel, ChannelTarget } from './channel.ts';

/** The client, over ways that let through less and less: which of its channels it then takes is its own choice. */
const ways: { name: string; blocks: Blocks }[] = [
  { name: 'client', blocks: {} },
  { name: 'client, WebSocket refused', blocks: { webSocket: 'refuse' } },
  { name: 'client, WebSocket and streams held for ever', blocks: { webSocket: 'hang', stream: 'hang' } },
  {
    name: 'client, WebSocket, streams and long polls refused',
    blocks: { webSocket: 'refuse', stream: 'refuse', longPoll: 'refuse' },
  },
];

/** A way that holds what it blocks costs each client this once. */
const connectTimeoutMs = 4_000;

/** The client as one more channel, over each of the ways. */
export const clientChannels: Channel[] = ways.map(({ name, blocks }) => {
  const clients = new Map<string, Promise<Client>>();
  const open = async ({ url, key }: ChannelTarget) => {
    const proxy = await startBlockingProxy(url, blocks);
    return createClient({ url: proxy.url, credential: key, connectTimeoutMs });
  };
  return followedBy(name, (target) => {
    const client = clients.get(target.key) ?? open(target);
    clients.set(target.key, client);
    return client;
  });
});

/** The client with one of its channels alone, straight to the service: for tests that cut its connections. */
export const singleChannelClients: Channel[] = (['websocket', 'sse', 'long-poll', 'poll'] as const).map((channel) =>
  followedBy(`client by ${channel}`, (target) => directClient(target, [channel])),
);

/** The client with all of its channels, straight to the service. */
export const directChannel: Channel = followedBy('client by all channels', (target) => directClient(target));

async function directClient({ url, key, live }: ChannelTarget, channels?: ChannelName[]): Promise<Client> {
  return createClient({
    url,
    credential: key,
    connectTimeoutMs,
    ...(live !== undefined && { WebSocket: webSocketTo(live) }),
    ...(channels && { channels }),
  });
}

/** A WebSocket that goes to another address than the one that the service names. */
function webSocketTo(live: string) {
  return class extends WebSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(`${live}${new URL(url).search}`, protocols);
    }
  };
}

function followedBy(name: string, clientOf: (target: ChannelTarget) => Promise<Client>): Channel {
  return {
    name,
    takes: (cursor) => !Number.isNaN(Number(cursor)),
    async follow(target, { job, after, onEvent, onReset, signal }) {
      const client = await clientOf(target);
      const events = client.events(job, {
        fetchTruncated: false,
        ...(after !== undefined && { after: Number(after) }),
        ...(onReset && { onReset }),
        ...(signal && { signal }),
      });
      try {
        for await (const event of events) onEvent(event);
      } catch (error) {
        if (!signal?.aborted) throw error;
      }
    },
  };
}
