import { limits } from '../limits.ts';
import { ref, type Schema } from '../openapi/schema-parts.ts';

const subscription: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: limits.maxSubscriptionIdLength,
  description: 'Names the subscription: the client chooses it, and may use it again once it is complete',
};

const cursor: Schema = {
  type: 'integer',
  minimum: 0,
  description:
    'The `seq` of the last event seen, on whichever channel. One that the log never reached earns a `reset`.',
};

const trace: Schema = {
  type: 'string',
  description: 'The trace that the job belongs to (W3C Trace Context); one is made where it is missing or malformed',
};

interface MessageText {
  summary: string;
  fields?: Schema;
  optional?: string[];
}

function message(type: string, { summary, fields = {}, optional = [] }: MessageText): Schema {
  const required = ['type', ...Object.keys(fields)].filter((field) => !optional.includes(field));
  return {
    name: type,
    title: type,
    summary,
    payload: { type: 'object', required, properties: { type: { const: type }, ...fields } },
  };
}

/** What clients send over the WebSocket. */
export const clientMessages: Record<string, Schema> = {
  subscribe: message('subscribe', {
    summary: 'Follow a job: its log after the cursor, then what happens',
    fields: { id: subscription, job: ref('JobId'), after: cursor },
    optional: ['after'],
  }),
  unsubscribe: message('unsubscribe', { summary: 'Follow a job no longer', fields: { id: subscription } }),
  submit: message('submit', {
    summary: 'Submit a job, and follow it',
    fields: { id: subscription, job: ref('Submit'), traceparent: trace },
    optional: ['traceparent'],
  }),
  cancel: message('cancel', { summary: 'Cancel a job', fields: { id: subscription, job: ref('JobId') } }),
  ping: message('ping', { summary: 'Keep the connection: every 4 minutes' }),
};

/** What the server sends over the WebSocket. */
export const serverMessages: Record<string, Schema> = {
  subscribed: message('subscribed', {
    summary: 'The job is followed; events come next',
    fields: { id: subscription, job: ref('Job') },
  }),
  reset: message('reset', {
    summary: 'The cursor was none of this log: it comes from the start',
    fields: { id: subscription, job: ref('Job') },
  }),
  event: message('event', { summary: 'One event of the log', fields: { id: subscription, event: ref('Event') } }),
  complete: message('complete', {
    summary: "After the job's last event, and after `unsubscribe`: nothing more comes for this id",
    fields: { id: subscription },
  }),
  accepted: message('accepted', {
    summary: 'The job is submitted, or is canceled or about to be',
    fields: { id: subscription, job: ref('Job') },
  }),
  pong: message('pong', { summary: 'The answer to `ping`' }),
  reconnect: message('reconnect', { summary: 'The platform is about to end this connection: open another one' }),
  error: message('error', {
    summary: 'A message was not taken, or a subscription cannot go on; the connection stays',
    fields: {
      id: subscription,
      error: ref('Problem'),
      retryAfterSeconds: { type: 'integer', description: 'When to send the message again, where that is known' },
    },
    optional: ['id', 'retryAfterSeconds'],
  }),
};

/** What a stream of Server-Sent Events holds: `event:` is the name, `data:` the payload. */
export const streamMessages: Record<string, Schema> = {
  streamedEvent: {
    name: 'job.*',
    title: 'Log event',
    summary: 'One event of the log: `event:` is its type, `id:` its seq, which comes back as `Last-Event-ID`',
    contentType: 'text/event-stream',
    payload: ref('Event'),
  },
  streamedReset: {
    name: 'reset',
    title: 'reset',
    summary: 'The cursor was none of this log: it comes from the start. Without an `id:`',
    contentType: 'text/event-stream',
    payload: { type: 'object', required: ['job'], properties: { job: ref('Job') } },
  },
};

export const messages: Record<string, Schema> = { ...clientMessages, ...serverMessages, ...streamMessages };
