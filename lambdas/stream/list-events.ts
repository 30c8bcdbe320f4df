import { ApiError } from '../../protocol/errors.ts';
import { openLog } from '../aws/job-tail.ts';
import { chooseMediaType } from '../core/accept.ts';
import { noSuchJob } from '../core/no-such-job.ts';
import { parseCursor } from '../core/watching.ts';
import type { StreamStory } from '../edge/stream.ts';
import { pageEvents } from './page-events.ts';
import { streamEvents } from './stream-events.ts';

const mediaTypes = ['application/json', 'text/event-stream'] as const;

/** `GET /v1/jobs/{id}/events`: one tail, told in the way that `Accept` asks for. */
export const listEvents: StreamStory = async (request) => {
  const { headers, path, principal, query } = request;
  const mediaType = chooseMediaType(headers.accept, mediaTypes);
  if (!mediaType) {
    const detail = `Cannot answer in any type of Accept: it is ${headers.accept}, it must allow ${mediaTypes.join(' or ')}`;
    throw new ApiError('not-acceptable', detail);
  }
  const streams = mediaType === 'text/event-stream';
  // An EventSource that resumes keeps its address, `after` included: what it has seen since counts.
  const cursor = parseCursor((streams && headers['last-event-id']) || query.after);
  const log = await openLog(path.id ?? '', { tenant: principal.tenant, cursor });
  if (!log) throw noSuchJob();
  return streams ? streamEvents(log, request) : await pageEvents(log, request);
};
