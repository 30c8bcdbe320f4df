import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Job } from '../../protocol/types.ts';
import { openSocket } from '../channels/socket-client.ts';
import { addWebhook, type Receiver, startReceiver } from '../contract/webhook-receiver.ts';
import { functionOf, type ObservedServer, startObservedServer } from './observed-server.ts';

let server: ObservedServer;
let receiver: Receiver;
/** What a log must not hold, by what it is. */
const forbidden = new Map<string, string>();

/** A text that nothing else holds, and that no log may. */
function secret(name: string): string {
  const text = `${name}-${randomBytes(9).toString('hex')}`;
  forbidden.set(name, text);
  return text;
}

beforeAll(async () => {
  [server, receiver] = await Promise.all([startObservedServer(), startReceiver()]);
  forbidden.set('the API key', server.key);
  await useEverything();
  const names = () => new Set(server.lines().map(functionOf));
  await vi.waitFor(() => expect(names()).toContain('deliver-webhook'), { timeout: 20_000, interval: 100 });
});
afterAll(async () => {
  receiver?.stop();
  await server?.stop();
});

/** Each way in, once, with a text of its own wherever a caller may write one. */
async function useEverything(): Promise<void> {
  const { api } = server;
  const endpoint = await addWebhook(api, {
    url: `${receiver.url}?${secret('query-of-webhook')}`,
    events: ['job.*'],
    headers: { 'x-custom': secret('header-of-webhook') },
    description: secret('description-of-webhook'),
  });
  forbidden.set('the secret of a webhook', endpoint.secret);
  const input = { value: secret('input') };
  const job = await api.submit(
    { type: 'echo', input, metadata: { note: secret('metadata') } },
    { 'idempotency-key': secret('idempotency-key') },
  );
  await api.end(job.id);
  const large = await api.submit({ type: 'echo', input: { value: secret('large-input').repeat(4_000) } });
  const { outputUrl } = await api.end(large.id);
  if (outputUrl)
    forbidden.set('the signature of an output', new URL(outputUrl).searchParams.get('X-Amz-Signature') ?? '');
  await failInEachWay();
  await useTokens(job);
  const { body } = await api.call('POST', '/uploads', { body: { bytes: 4, contentType: 'text/csv' } });
  forbidden.set(
    'the signature of an upload',
    new URL((body as { url: string }).url).searchParams.get('X-Amz-Signature') ?? '',
  );
  for (const { headers } of await receiver.until(4)) {
    forbidden.set('the signature of a webhook', String(headers['webhook-signature']));
  }
  const { body: signing } = await api.call('GET', '/signing-secret');
  forbidden.set('the signing secret', (signing as { secret: string }).secret);
}

async function failInEachWay(): Promise<void> {
  const { api } = server;
  await api.call('POST', '/jobs', { raw: `{"${secret('malformed')}` });
  await api.call('POST', '/jobs', {
    body: { type: 'echo', input: { [secret('unknown-field')]: secret('unknown-value') } },
  });
  await api.call('POST', '/jobs', { body: { type: secret('unknown-type'), input: {} } });
  await api.call('GET', `/jobs?page=${secret('page')}`);
  await api.as(secret('bad-credential')).call('GET', '/jobs');
  await api.call('POST', '/graphql', { body: { query: `{ job(id: "${secret('graphql-argument')}") { id } }` } });
  await api.call('POST', '/graphql', { body: { query: `{ ${secret('graphql-field').replaceAll('-', '_')} }` } });
  const failing = await api.submit({ type: 'flaky', input: { failures: 1 } });
  await api.end(failing.id);
}

async function useTokens(job: Job): Promise<void> {
  const { api } = server;
  const token = await api.token({ scopes: ['jobs:read', 'jobs:write'] });
  forbidden.set('an access token', token);
  await api.call('GET', `/jobs/${job.id}/events?access_token=${token}`, { credential: null });
  const spent = await api.token({ scopes: ['jobs:read', 'jobs:write'], singleUse: true });
  forbidden.set('a single-use token', spent);
  const socket = await openSocket(`${server.live}?access_token=${spent}`);
  socket.send({
    type: 'submit',
    id: secret('id-of-subscription'),
    job: { type: 'echo', input: { value: secret('live-input') } },
  });
  await socket.until(({ type }) => type === 'complete');
  socket.close();
}

test('the functions of each way in have logged what they did', () => {
  const logged = [...new Set(server.lines().map(functionOf))];
  expect(logged).toEqual(
    expect.arrayContaining(['authorize', 'submit-job', 'run-echo', 'live', 'run-flaky', 'deliver-webhook']),
  );
  expect(forbidden.size).toBeGreaterThan(20);
  for (const [name, text] of forbidden) expect({ name, length: text.length }).not.toMatchObject({ length: 0 });
});

test('no log of any function holds a payload, a secret, a signature or a token', () => {
  const lines = server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  const found = [...forbidden].flatMap(([name, text]) =>
    lines
      .filter((line) => line.includes(text) || line.includes(text.replaceAll('-', '_')))
      .map((line) => `${name}: ${line}`),
  );
  expect(found).toEqual([]);
  // Nor parts of what is one: signatures of queue messages, signed addresses, keys and tokens of any kind.
  const shapes = /"signature"|X-Amz-(Signature|Security-Token)|\bjw_[a-z]+_|whsec_|\beyJ[\w-]+\.eyJ|Bearer [\w-]/;
  expect(lines.filter((line) => shapes.test(line))).toEqual([]);
});
