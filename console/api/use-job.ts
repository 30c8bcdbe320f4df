import { useEffect, useState } from 'preact/hooks';
import { createClient } from '../../client/create-client.ts';
import { isApiError } from '../../client/errors.ts';
import type { ChannelName } from '../../client/types.ts';
import type { Job, JobEvent } from '../../protocol/types.ts';
import { afterEvent } from '../model/follow-job.ts';
import { withNewer } from '../model/timeline.ts';
import { useSession } from './session.ts';

/** A job as it is being followed. */
export interface FollowedJob {
  job?: Job;
  events: readonly JobEvent[];
  /** The channel that events come by, while they come. */
  channel?: ChannelName | undefined;
  error?: Error;
}

/** Events of a lively job are shown together, at most so often. */
const paintEveryMs = 80;

/** Reads a job and follows it to its end. `put` shows what an action has answered without waiting for its event. */
export function useJob(id: string): FollowedJob & { put(job: Job): void } {
  const session = useSession();
  const [followed, setFollowed] = useState<FollowedJob>({ events: [] });
  const change = (next: (former: FollowedJob) => FollowedJob) => setFollowed(next);

  useEffect(() => {
    const aborter = new AbortController();
    const client = createClient({
      url: session.config.rest,
      credential: session.key,
      onChannel: ({ channel, state }) =>
        change((former) => ({ ...former, channel: state === 'open' ? channel : former.channel })),
    });
    const heard = eventQueue((events) => change((former) => withEvents(former, events)));

    async function follow({ signal }: AbortController): Promise<void> {
      const first = await client.get(id, { signal });
      change((former) => ({ ...former, job: first }));
      for await (const event of client.events(id, { signal, fetchTruncated: false })) heard.add(event);
      heard.flush();
      // The end as the service keeps it: a large output has its address there.
      const last = await client.get(id, { signal });
      change(({ channel: _channel, ...former }) => ({ ...former, job: last }));
    }

    follow(aborter).catch((error: Error) => {
      if (aborter.signal.aborted) return;
      if (isApiError(error) && error.status === 401) session.signOut('The key is not good any more.');
      change((former) => ({ ...former, error }));
    });
    return () => {
      aborter.abort();
      heard.stop();
      client.close();
    };
  }, [id]);

  return { ...followed, put: (job) => change((former) => ({ ...former, job: { ...former.job, ...job } })) };
}

function withEvents({ job, ...rest }: FollowedJob, events: JobEvent[]): FollowedJob {
  return {
    ...rest,
    events: withNewer(rest.events, events),
    ...(job && { job: events.reduce(afterEvent, job) }),
  };
}

/** Collects what comes within one painting. */
function eventQueue(tell: (events: JobEvent[]) => void) {
  let waiting: JobEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    if (events.length > 0) tell(events);
  }
  return {
    add(event: JobEvent) {
      waiting.push(event);
      timer ??= setTimeout(flush, paintEveryMs);
    },
    flush,
    stop: () => clearTimeout(timer),
  };
}
