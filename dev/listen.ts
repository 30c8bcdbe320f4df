// `npm run listen -- --port 3000`: a receiver of webhooks for the local server, which verifies and prints what arrives.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../protocol/webhooks.ts';
import { findRunningState, type LocalState } from './state-file.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '3000' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  fail(`Cannot listen on ${values.port}: --port must be a number from 0 to 65535`);
}
const stateFile = process.env.JOBWIRE_STATE ?? join(import.meta.dirname, '../.jobwire/local.json');
const state =
  findRunningState(stateFile) ?? fail('Cannot find the local server: it must run, start it with `npm start`');

/** Ids of what has come, to tell a repeat. */
const seen = new Set<string>();

const server = createServer((request, response) => void receive(request, response));
server.once('error', (error: NodeJS.ErrnoException) =>
  fail(`Cannot listen on ${port}: ${error.code}, choose another --port`),
);
server.listen(port, '127.0.0.1', async () => {
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/`;
  const { id, secret } = await ask<{ id: string; secret: string }>('POST', '/webhooks', {
    url,
    events: ['job.*'],
    description: 'npm run listen',
  });
  secrets.push(secret, (await ask<{ secret: string }>('GET', '/signing-secret')).secret);
  console.log(`Listening on ${url} as ${id}: every event of every job arrives here.`);
  console.log(`For one job alone, submit it with "webhook": { "url": "${url}" }. Ctrl-C ends and deletes ${id}.\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      // The server may be gone already, and with it all that it held.
      await ask('DELETE', `/webhooks/${id}`).catch(() => undefined);
      process.exit(0);
    });
  }
});

/** Of the endpoint, and of webhooks given with jobs. */
const secrets: string[] = [];

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const isSigned = secrets.some((secret) => verifies(secret, body, headers));
  response.writeHead(isSigned ? 204 : 400).end();
  if (!isSigned)
    return console.log(`${clock()}  REFUSED  no signature of ours (${headers['webhook-id'] ?? 'no webhook-id'})`);
  const id = String(headers['webhook-id']);
  const event = JSON.parse(body) as WebhookEvent;
  const what = event.truncated ? `truncated, whole at ${event.url}` : JSON.stringify(event.data);
  const place = event.job === null ? '' : `  seq ${event.seq} after ${event.prevSeq}`;
  console.log(
    `${clock()}  ${event.type.padEnd(16)} ${event.job ?? event.endpoint}${place}${seen.has(id) ? '  (again)' : ''}`,
  );
  console.log(`          ${what?.slice(0, 300) ?? ''}`);
  seen.add(id);
}

function verifies(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const { rest, key } = state as LocalState;
  const response = await fetch(`${rest}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok) fail(`Cannot ${method} ${path}: the local server answers ${response.status} ${answer}`);
  return (answer ? JSON.parse(answer) : undefined) as Answer;
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
