import { useEffect, useState } from 'preact/hooks';
import { createClient } from '../../client/create-client.ts';
import type { ChannelName } from '../../client/types.ts';
import type { Job } from '../../protocol/types.ts';
import { type Session, useSession } from '../api/session.ts';
import { type Arrival, type ComparedChannel, comparedChannels } from '../model/arrivals.ts';
import { followGraphql, type HeardEvent } from './follow-graphql.ts';

export type ChannelState = 'opening' | 'open' | 'closed' | 'failed';

export interface Comparison {
  job?: Job;
  arrivals: readonly Arrival[];
  states: Record<ComparedChannel, ChannelState>;
  /** The first reason why a channel, or all of them, could not follow. */
  error?: Error;
}

const clientNames: Record<Exclude<ComparedChannel, 'graphql'>, ChannelName> = {
  polling: 'poll',
  'long-poll': 'long-poll',
  sse: 'sse',
  websocket: 'websocket',
};

const opening = Object.fromEntries(comparedChannels.map((channel) => [channel, 'opening'])) as Comparison['states'];

interface Listener {
  job: string;
  /** All channels begin behind the same event, so that none has more to catch up with than another. */
  after: number;
  signal: AbortSignal;
  onOpen(): void;
  onEvent(event: HeardEvent): void;
}

/** Follows a job by every channel at once. */
export function useComparison(id: string): Comparison {
  const session = useSession();
  const [comparison, setComparison] = useState<Comparison>({ arrivals: [], states: opening });
  const change = (next: (former: Comparison) => Comparison) => setComparison(next);

  useEffect(() => {
    const aborter = new AbortController();
    const { signal } = aborter;
    const setState = (channel: ComparedChannel, state: ChannelState, error?: Error) =>
      change((former) => ({
        ...former,
        states: { ...former.states, [channel]: state },
        ...(error && !former.error && { error }),
      }));

    async function follow(channel: ComparedChannel, after: number): Promise<void> {
      const listener: Listener = {
        job: id,
        after,
        signal,
        onOpen: () => setState(channel, 'open'),
        onEvent: ({ seq, type, time }) => {
          const arrival: Arrival = { channel, seq, type, time, heardAtMs: Date.now() };
          change((former) => ({ ...former, arrivals: [...former.arrivals, arrival] }));
        },
      };
      await listen(session, channel, listener)
        .then(() => setState(channel, 'closed'))
        .catch((error: Error) => signal.aborted || setState(channel, 'failed', error));
    }

    async function start(): Promise<void> {
      const job = await session.client.get(id, { signal });
      change((former) => ({ ...former, job }));
      await Promise.all(comparedChannels.map((channel) => follow(channel, job.done ? 0 : job.seq)));
      const last = await session.client.get(id, { signal });
      change((former) => ({ ...former, job: last }));
    }

    start().catch((error: Error) => signal.aborted || change((former) => ({ ...former, error })));
    return () => aborter.abort();
  }, [id]);

  return comparison;
}

/** Follows by one channel: by the client that an application would use, kept to this channel. */
async function listen(session: Session, channel: ComparedChannel, listener: Listener): Promise<void> {
  const { job, after, signal, onOpen, onEvent } = listener;
  if (channel === 'graphql') return followGraphql(session.client, listener);
  const name = clientNames[channel];
  const client = createClient({
    url: session.config.rest,
    credential: session.key,
    channels: [name],
    onChannel: ({ state }) => state === 'open' && onOpen(),
  });
  try {
    for await (const event of client.events(job, { after, signal, fetchTruncated: false })) onEvent(event);
  } finally {
    client.close();
  }
}
