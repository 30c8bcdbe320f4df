import { ApiError } from '../../protocol/errors.ts';
import { presentEntries, readAfter } from '../aws/job-tail.ts';
import { noSuchJob } from '../core/no-such-job.ts';
import type { StreamStory } from '../edge/stream.ts';
import { env } from '../env.ts';

/** `GET /v1/jobs/{id}/events/{seq}`: one event with its data, however large. */
export const getEvent: StreamStory = async ({ path, principal }) => {
  const seq = /^[1-9]\d{0,9}$/.test(path.seq ?? '') ? Number(path.seq) : undefined;
  const read = seq === undefined ? undefined : await readAfter(path.id ?? '', seq - 1);
  if (!read || read.record.tenant !== principal.tenant) throw noSuchJob();
  const { record, entries } = read;
  const wanted = entries.filter((entry) => entry.seq === seq);
  const [event] = await presentEntries(record, wanted, { restUrl: env('REST_URL'), whole: true });
  if (!event) throw new ApiError('not-found', 'Cannot find this event: there is none, or newer progress replaced it');
  return { status: 200, body: event };
};
