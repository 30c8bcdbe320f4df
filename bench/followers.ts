import { setTimeout as pause } from 'node:timers/promises';
import { isEnd } from '../protocol/lifecycle.ts';
import type { Channel } from '../test/channels/channel.ts';
import { longPoll } from '../test/channels/polls.ts';
import { plainStream } from '../test/channels/streams.ts';
import { type Api, apiOf } from '../test/contract/api.ts';
import type { Target } from '../test/contract/target.ts';
import type { Socket } from './socket.ts';

/** What a client hears of a job: an event, or for a poller the job as it stands. */
export interface News {
  seq: number;
  ended: boolean;
  /** By the clock that the job's own times come from. */
  atMs: number;
}

type OnNews = (news: News) => void;

/** One client that follows jobs in its own way. */
export interface Follower {
  /** Follows a job to its end. */
  follow(job: string, onNews: OnNews): Promise<void>;
  /** Submits a job and follows it to its end. */
  submit(job: object, onNews: OnNews): Promise<void>;
}

export const ways = ['WebSocket push', 'SSE', 'long poll', 'polling each second'] as const;
export type Way = (typeof ways)[number];

const pollEveryMs = 1000;

/** A client of each way; the WebSocket is one that is open already. */
export function followersOf(target: Target, socket: Socket): Record<Way, Follower> {
  const api = apiOf(target);
  return {
    'WebSocket push': pushed(socket),
    SSE: byRest(api, (job, onNews) => byChannel(plainStream, { target, job, onNews })),
    'long poll': byRest(api, (job, onNews) => byChannel(longPoll, { target, job, onNews })),
    'polling each second': byRest(api, (job, onNews) => poll(api, job, onNews)),
  };
}

let subscriptions = 0;

function pushed(socket: Socket): Follower {
  async function hear(message: { type: string; [field: string]: unknown }, onNews: OnNews): Promise<void> {
    subscriptions += 1;
    const id = `bench-${subscriptions}`;
    const last = socket.next((told) => {
      if (!('id' in told) || told.id !== id) return false;
      if (told.type === 'event') onNews(newsOf(told.event.seq, isEnd(told.event.type)));
      return told.type === 'complete' || told.type === 'error';
    });
    socket.send({ ...message, id });
    const end = (await last).message;
    if (end.type === 'error') throw new Error(`Cannot follow over the WebSocket: ${end.error.detail}`);
  }
  return {
    follow: (job, onNews) => hear({ type: 'subscribe', job }, onNews),
    submit: (job, onNews) => hear({ type: 'submit', job }, onNews),
  };
}

function byRest(api: Api, follow: Follower['follow']): Follower {
  return { follow, submit: async (job, onNews) => follow((await api.submit({ ...job })).id, onNews) };
}

/** Ends at the last event, as a client does that knows what an end is. */
async function byChannel(
  channel: Channel,
  { target, job, onNews }: { target: Target; job: string; onNews: OnNews },
): Promise<void> {
  const left = new AbortController();
  await channel.follow(target, {
    job,
    signal: left.signal,
    onEvent({ seq, type }) {
      onNews(newsOf(seq, isEnd(type)));
      if (isEnd(type)) left.abort();
    },
  });
}

async function poll(api: Api, id: string, onNews: OnNews): Promise<void> {
  for (;;) {
    const { seq, done } = await api.read(id);
    onNews(newsOf(seq, done));
    if (done) return;
    await pause(pollEveryMs);
  }
}

function newsOf(seq: number, ended: boolean): News {
  return { seq, ended, atMs: Date.now() };
}
