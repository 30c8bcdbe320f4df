import { createClient as createStreamClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';
import { isEnd } from '../../protocol/lifecycle.ts';
import type { Job, JobEvent, Json } from '../../protocol/types.ts';
import type { Target } from '../contract/target.ts';
import { type Channel, type Following, Refused, settledBy } from './channel.ts';
import { liveUrl } from './socket.ts';

const query = `subscription ($job: ID!, $after: Int) {
  jobEvents(id: $job, after: $after) { id seq prevSeq type time job run status data truncated url }
}`;

interface Told extends Omit<JobEvent, 'type' | 'truncated' | 'url'> {
  type: string;
  run: number | null;
  status: string | null;
  truncated: boolean;
  url: string | null;
}

interface Result {
  data?: { jobEvents: Told } | null;
  errors?: readonly { extensions?: { status?: number } }[];
}

/** What both clients of GraphQL's call back. */
interface Sink {
  next(result: Result): void;
  error(error: unknown): void;
  complete(): void;
}

type Subscribe = (payload: { query: string; variables: Record<string, Json> }, sink: Sink) => () => void;

/** A channel out of a client: subscribes again with its cursor where the subscription ends before the job. */
function follower(open: (target: Target) => Promise<{ subscribe: Subscribe; dispose(): unknown }>): Channel['follow'] {
  return async (target, { after, signal, onEvent, ...following }) => {
    const client = await open(target);
    let cursor = after;
    let isDone = false;
    const take = (event: JobEvent) => {
      cursor = event.seq;
      isDone = isEnd(event.type);
      onEvent(event);
    };
    try {
      do await followOnce(client.subscribe, { ...following, after: cursor, onEvent: take, ...(signal && { signal }) });
      while (!isDone && !signal?.aborted && !(await isOver(target, following.job, cursor)));
    } finally {
      client.dispose();
    }
  };
}

/** A subscription after the last event completes at once, and tells nothing. */
async function isOver({ url, key }: Target, job: string, cursor: Following['after']): Promise<boolean> {
  const response = await fetch(`${url}/jobs/${job}`, { headers: { authorization: `Bearer ${key}` } });
  const { done, seq } = (await response.json()) as Job;
  return done && Number(cursor) >= seq;
}

async function followOnce(subscribe: Subscribe, { job, after, onEvent, onReset, signal }: Following): Promise<void> {
  const end = settledBy(signal);
  const variables = { job, ...(after !== undefined && { after: Number(after) }) };
  const leave = subscribe(
    { query, variables },
    {
      next({ data, errors }) {
        if (signal?.aborted) return;
        if (errors) return end.reject(refusalOf(errors));
        if (!data) return end.reject(new Error('Cannot find data or errors in a result'));
        const { jobEvents } = data;
        if (jobEvents.type === 'reset') onReset?.((jobEvents.data as unknown as { job: Job }).job);
        else if (jobEvents.type !== 'reconnect') onEvent(eventOf(jobEvents));
      },
      // Errors of the operation are a list; what else there is are cut connections.
      error: (error) => (Array.isArray(error) ? end.reject(refusalOf(error)) : end.resolve()),
      complete: () => end.resolve(),
    },
  );
  await end.promise.finally(leave);
}

function refusalOf([error]: NonNullable<Result['errors']>): Refused {
  return new Refused(error?.extensions?.status ?? 0);
}

/** The event as the other channels tell it; GraphQL says null of what is not there. */
function eventOf({ run, status, truncated, url, ...event }: Told): JobEvent {
  const { data, ...frame } = event;
  const told = truncated ? { ...frame, truncated, url } : { ...frame, data };
  const fields = data as { run?: number; status?: string } | null;
  if ((fields?.run ?? null) !== run || (fields?.status ?? null) !== status)
    throw new Error(`Cannot believe run ${run} and status ${status} of event ${event.seq}: its data says otherwise`);
  return told as JobEvent;
}

const isInt = (cursor: string) => /^-?\d{1,9}$/.test(cursor);

/** The package `graphql-ws`. */
export const graphqlSocket: Channel = {
  name: 'GraphQL over WebSocket',
  takes: isInt,
  follow: follower(async ({ url, key }) => {
    class WithCredential extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers: { authorization: `Bearer ${key}` } });
      }
    }
    const client = createSocketClient({
      url: await liveUrl(url),
      webSocketImpl: WithCredential,
      retryAttempts: 0,
      onNonLazyError: () => {},
    });
    return { subscribe: client.subscribe as Subscribe, dispose: () => client.dispose() };
  }),
};

/** The package `graphql-sse`, in its "distinct connections mode". */
export const graphqlStream: Channel = {
  name: 'GraphQL over SSE',
  takes: isInt,
  follow: follower(async ({ url, key }) => {
    const client = createStreamClient({
      url: `${url}/graphql/stream`,
      headers: { authorization: `Bearer ${key}` },
      retryAttempts: 0,
    });
    return { subscribe: client.subscribe as Subscribe, dispose: () => client.dispose() };
  }),
};
