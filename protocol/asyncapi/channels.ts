import type { Schema } from '../openapi/schema-parts.ts';
import { subprotocols } from '../socket-messages.ts';
import { clientMessages, serverMessages, streamMessages } from './messages.ts';

const token = {
  type: 'string',
  description: 'An access token of POST /v1/tokens, for browsers, which cannot set headers here; never an API key',
};

export const securitySchemes: Record<string, Schema> = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or an access token' },
  queryToken: { type: 'httpApiKey', in: 'query', name: 'access_token', description: token.description },
};

const security = Object.keys(securitySchemes).map((name) => ({ $ref: `#/components/securitySchemes/${name}` }));

export const servers: Record<string, Schema> = {
  live: {
    host: '{liveHost}',
    pathname: '{livePath}',
    protocol: '{liveProtocol}',
    description: 'The WebSocket API. Its address is the `events` link of GET /v1.',
    security,
  },
  rest: {
    host: '{restHost}',
    pathname: '{restPath}',
    protocol: '{restProtocol}',
    description: 'The REST API',
    security,
  },
};

const own = (names: string[]): Schema =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));

export const channels: Record<string, Schema> = {
  live: {
    address: '/',
    title: 'WebSocket',
    description: `Subprotocols: ${subprotocols.join(', ')}; the messages here are those of ${subprotocols[0]}, the default. ${subprotocols[1]} speaks GraphQL, as its own specification has it: section 11 of the protocol.`,
    servers: [{ $ref: '#/servers/live' }],
    messages: own([...Object.keys(clientMessages), ...Object.keys(serverMessages)]),
    bindings: {
      ws: { method: 'GET', query: { type: 'object', properties: { access_token: token } } },
    },
  },
  jobEvents: {
    address: '/jobs/{id}/events',
    title: 'Server-Sent Events',
    description:
      'With `Accept: text/event-stream`; resumed with `Last-Event-ID` or `?after=`. Each response ends by itself after a while, between two events, and the client resumes; 204 where nothing is left to tell.',
    servers: [{ $ref: '#/servers/rest' }],
    parameters: { id: { description: "The job's id" } },
    messages: own(Object.keys(streamMessages)),
  },
};

const inChannel = (channel: string, names: string[]) =>
  names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));

/** A message of a client, and what answers it. The service receives it, so that is its action. */
function request(name: string, answers: string[], summary: string): Schema {
  const channel = { $ref: '#/channels/live' };
  return {
    action: 'receive',
    summary,
    channel,
    messages: inChannel('live', [name]),
    reply: { channel, messages: inChannel('live', [...answers, 'error']) },
  };
}

export const operations: Record<string, Schema> = {
  subscribe: request('subscribe', ['subscribed', 'reset', 'event', 'complete'], 'Follow a job'),
  unsubscribe: request('unsubscribe', ['complete'], 'Follow a job no longer'),
  submit: request('submit', ['accepted', 'event', 'complete'], 'Submit a job, and follow it'),
  cancel: request('cancel', ['accepted'], 'Cancel a job'),
  ping: request('ping', ['pong'], 'Keep the connection'),
  tell: {
    action: 'send',
    summary: 'Tell a client what happens to the jobs that it follows',
    channel: { $ref: '#/channels/live' },
    messages: inChannel('live', ['event', 'complete', 'reconnect', 'error']),
  },
  stream: {
    action: 'send',
    summary: "Tell a client a job's log",
    channel: { $ref: '#/channels/jobEvents' },
    messages: inChannel('jobEvents', Object.keys(streamMessages)),
  },
};
