import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CallbackDoor, startCallbackDoor } from '../../../dev/front-door/callback-door.ts';
import { answerLambdaCall } from '../../../dev/lambda/invoke-api.ts';
import { startSecrets } from '../../../dev/secrets/secrets.ts';
import { quietLog } from '../quiet-log.ts';

const log = quietLog();
const lambda = { invoke: async () => ({ ok: true as const, payload: 'fine' }), findVariables: () => undefined };
let door: CallbackDoor;

beforeAll(async () => {
  door = await startCallbackDoor(log, {
    secrets: startSecrets().handle,
    connections: () => undefined,
    lambda: (request, response) => answerLambdaCall(request, response, lambda),
  });
});
afterAll(() => door.stop());

const invoke = (name: string, body: string) =>
  fetch(`${door.url}/2015-03-31/functions/${name}/invocations`, { method: 'POST', body });

test.each([
  ['a name that is no percent-encoding', '%', '{}'],
  ['a body that is no JSON', 'good', 'no json'],
])('startCallbackDoor() refuses %s, says so, and goes on', async (_, name, body) => {
  log.lines.length = 0;
  expect((await invoke(name, body)).status).toBe(400);
  expect(log.lines).toEqual([expect.stringContaining(`callback: POST /2015-03-31/functions/${name}/invocations: `)]);
  expect(await (await invoke('good', '{}')).json()).toBe('fine');
});

test.each(['/2015-03-31/functions/good/invocations', '/'])(
  'startCallbackDoor() lives through a body that breaks off, at %s',
  async (path) => {
    log.lines.length = 0;
    const client = connect(Number(new URL(door.url).port), '127.0.0.1');
    client.write(`POST ${path} HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{"a"`);
    await once(client, 'connect');
    client.end();
    await expect.poll(() => log.lines).toEqual([expect.stringContaining(`callback: POST ${path}: `)]);
    expect(await (await invoke('good', '{}')).json()).toBe('fine');
  },
);
