import { stream } from './edge/stream.ts';
import { env } from './env.ts';
import { getEvent } from './stream/get-event.ts';
import { listEvents } from './stream/list-events.ts';

/** A job's log: as a JSON page, as a long poll, as a stream of Server-Sent Events, and one event whole. */
export const handler = stream(env('REST_URL'), { listEvents, getEvent });
