import type { Blocked } from './channel-choice.ts';
import type { Channel } from './channels/channel.ts';
import { longPollChannel, pollChannel } from './channels/polls.ts';
import { sseChannel } from './channels/sse.ts';
import { webSocketChannel } from './channels/web-socket.ts';
import type { Requests } from './requests.ts';
import type { FindService } from './service-description.ts';
import { type ChannelName, type ChannelNews, type ClientOptions, channelNames } from './types.ts';

/** The channels of a client, and what is known of them. */
export interface OpenChannels {
  requests: Requests;
  blocked: Blocked;
  giveUpAfterMs: number;
  onChannel: ((news: ChannelNews) => void) | undefined;
  /** Those of `wanted` that there are, in its order. */
  names(wanted?: readonly ChannelName[]): ChannelName[];
  get(name: ChannelName): Channel;
  close(): void;
}

/** Makes the channels of a client: that by WebSocket where there is a WebSocket. */
export function openChannels(requests: Requests, options: ClientOptions & { service: FindService }): OpenChannels {
  const { connectTimeoutMs = 8_000, giveUpAfterMs = 5 * 60_000, service } = options;
  const WebSocket = options.WebSocket === undefined ? globalThis.WebSocket : options.WebSocket;
  const socket = WebSocket ? webSocketChannel(requests, { WebSocket, service, connectTimeoutMs }) : undefined;
  const channels = [
    ...(socket ? [socket] : []),
    sseChannel(requests, { connectTimeoutMs }),
    longPollChannel(requests, { connectTimeoutMs }),
    pollChannel(requests),
  ];
  const find = (name: ChannelName) => channels.find((channel) => channel.name === name);
  return {
    requests,
    blocked: new Map(),
    giveUpAfterMs,
    onChannel: options.onChannel,
    names: (wanted = options.channels ?? channelNames) => wanted.filter(find),
    get(name) {
      const channel = find(name);
      if (!channel) throw new Error(`Cannot follow a job by ${name}: it must be one of ${channelNames.join(', ')}`);
      return channel;
    },
    close: () => socket?.close(),
  };
}
