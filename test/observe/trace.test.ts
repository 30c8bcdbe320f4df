import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Job } from '../../protocol/types.ts';
import { openSocket } from '../channels/socket-client.ts';
import { type Receiver, startReceiver } from '../contract/webhook-receiver.ts';
import { functionOf, type ObservedServer, startObservedServer } from './observed-server.ts';

let server: ObservedServer;
let receiver: Receiver;
beforeAll(async () => {
  [server, receiver] = await Promise.all([startObservedServer(), startReceiver()]);
});
afterAll(async () => {
  receiver?.stop();
  await server?.stop();
});

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const newTrace = () => {
  const traceId = hex(16);
  return { traceId, traceparent: `00-${traceId}-${hex(8)}-01` };
};
/** What no line may hold, in the input of every job here. */
const secret = `payload-${hex(8)}`;
const linesOf = (traceId: string) => server.lines().filter((line) => line.traceId === traceId);
const echo = { type: 'echo', input: { value: secret } };

/** Waits for the lines of a trace until there is one of each function, by name. */
async function untilLines(traceId: string, functions: string[]) {
  const check = () => expect(new Set(linesOf(traceId).map(functionOf))).toEqual(new Set(functions));
  await vi.waitFor(check, { timeout: 10_000, interval: 50 });
  return linesOf(traceId);
}

/** As another caller, so that the gateway asks the authorizer, which it else does once a minute. */
const asNewCaller = async () =>
  server.api.as(await server.api.token({ scopes: ['jobs:read', 'jobs:write', 'webhooks:write'] }));

describe('a submit can be followed by its trace through every function to the receiver of its webhook', () => {
  test.each([
    ['that its client names', newTrace().traceparent],
    ['that is made where its client names none', undefined],
    ['that is made where its client names none that is one', '00-0-0-0'],
  ])('%s', async (_, given) => {
    const api = await asNewCaller();
    const before = receiver.got.length;
    const body = { ...echo, webhook: { url: `${receiver.url}?token=${secret}` } };
    const answer = await api.call('POST', '/jobs', {
      body,
      ...(given !== undefined && { headers: { traceparent: given } }),
    });
    expect(answer.status).toBe(202);
    const traceparent = answer.headers.get('traceparent') ?? '';
    const traceId = traceparent.split('-')[1] ?? '';
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    if (given !== '00-0-0-0' && given) expect(traceparent).toBe(given);

    await receiver.until(before + 1);
    expect(receiver.got[before]?.headers.traceparent).toBe(traceparent);
    const lines = await untilLines(traceId, ['authorize', 'submit-job', 'run-echo', 'deliver-webhook']);
    const { id } = answer.body as Job;
    expect(lines.map(({ message }) => message)).toEqual([
      'credential accepted',
      'job created',
      'job succeeded',
      'webhook attempted',
    ]);
    for (const line of lines) {
      expect(line).toMatchObject({ level: 'info', time: expect.any(String), requestId: expect.any(String) });
      expect(line.tenant).toBe('local');
    }
    for (const line of lines.slice(1)) expect(line).toMatchObject({ job: id, type: expect.any(String) });
    expect(lines[2]).toMatchObject({ run: 1 });
  });
});

describe('every way of making a job gives it the trace of its request', () => {
  const ways: [string, string, (trace: string) => Promise<unknown>][] = [
    [
      'a batch',
      'submit-job',
      (traceparent) =>
        server.api.call('POST', '/jobs/batch', { body: { jobs: [echo, echo] }, headers: { traceparent } }),
    ],
    [
      'a retry',
      'submit-job',
      async (traceparent) => {
        const failed = await server.api.submit({ type: 'flaky', input: { failures: 1, final: true } });
        await server.api.end(failed.id);
        const { body, headers } = await server.api.call('POST', `/jobs/${failed.id}/retry`, {
          headers: { traceparent },
        });
        expect([headers.get('traceparent'), (body as Job).links.retryOf]).toEqual([traceparent, failed.links.self]);
      },
    ],
    [
      'a submit over WebSocket',
      'live',
      async (traceparent) => {
        const socket = await openSocket(server.live, { headers: { authorization: `Bearer ${server.key}` } });
        socket.send({ type: 'submit', id: 's', job: echo, traceparent });
        await socket.until(({ type }) => type === 'complete');
        socket.close();
      },
    ],
    [
      'a mutation',
      'graphql',
      (traceparent) =>
        server.api.call('POST', '/graphql', {
          body: { query: `mutation { submitJob(type: "echo", input: { value: "${secret}" }) { id } }` },
          headers: { traceparent },
        }),
    ],
    [
      'a mutation over WebSocket',
      'graphql',
      async (traceparent) => {
        const query = `mutation { submitJob(type: "echo", input: { value: "${secret}" }) { id } }`;
        const socket = await openSocket(server.live, {
          protocols: ['graphql-transport-ws'],
          headers: { authorization: `Bearer ${server.key}` },
        });
        socket.send({ type: 'connection_init' });
        await socket.until(({ type }) => (type as string) === 'connection_ack');
        socket.send({ type: 'subscribe', id: 's', payload: { query, extensions: { traceparent } } });
        await socket.until(({ type }) => type === 'complete');
        socket.close();
      },
    ],
  ];
  test.each(ways)('%s', async (name, functionName, make) => {
    const { traceId, traceparent } = newTrace();
    await make(traceparent);
    const jobs = name === 'a batch' ? 2 : 1;
    await vi.waitFor(
      () => {
        const lines = linesOf(traceId).filter((line) => functionOf(line) !== 'authorize');
        const created = lines.filter(({ message }) => message === 'job created');
        expect(created.map(functionOf)).toEqual(Array(jobs).fill(functionName));
        const ended = lines.filter((line) => /^job (succeeded|failed)$/.test(line.message) && line.run === 1);
        expect(ended.map(({ job }) => job).toSorted()).toEqual(created.map(({ job }) => job).toSorted());
      },
      { timeout: 10_000, interval: 50 },
    );
  });

  test('a repeat of a submit is logged with its own trace, and answered with that of the first', async () => {
    const [first, second] = [newTrace(), newTrace()];
    const key = randomUUID();
    const submit = ({ traceparent }: typeof first) =>
      server.api.call('POST', '/jobs', { body: echo, headers: { traceparent, 'idempotency-key': key } });
    const [{ body }, repeated] = [await submit(first), await submit(second)];
    expect(repeated.headers.get('traceparent')).toBe(first.traceparent);
    await vi.waitFor(
      () => expect(linesOf(second.traceId)).toMatchObject([{ message: 'job submitted again', job: (body as Job).id }]),
      10_000,
    );
  });

  test('whoever follows a job over WebSocket is found in its trace', async () => {
    const { traceId, traceparent } = newTrace();
    const { id: job } = await server.api.submit(echo, { traceparent });
    const socket = await openSocket(server.live, { headers: { authorization: `Bearer ${server.key}` } });
    socket.send({ type: 'subscribe', id: 's', job });
    await socket.until(({ type }) => type === 'complete');
    socket.close();
    await vi.waitFor(
      () =>
        expect(linesOf(traceId)).toContainEqual(
          expect.objectContaining({ message: 'job followed', job, connection: expect.any(String) }),
        ),
      10_000,
    );
  });

  test('a cancel is found in the trace of its request by its job', async () => {
    const { traceId, traceparent } = newTrace();
    const job = await server.api.submit({ ...echo, delaySeconds: 900 }, { traceparent });
    await server.api.call('POST', `/jobs/${job.id}/cancel`);
    await vi.waitFor(
      () =>
        expect(linesOf(traceId).map((line) => [functionOf(line), line.message])).toContainEqual([
          'cancel-job',
          'job canceled',
        ]),
      10_000,
    );
  });
});

test('no line holds a payload, a credential, a signature or a query string', async () => {
  const { secret: endpointSecret } = (
    await server.api.call('POST', '/webhooks', { body: { url: receiver.url, events: ['job.*'] } })
  ).body as { secret: string };
  const before = receiver.got.length;
  const { id } = await server.api.submit(echo);
  await server.api.end(id);
  const token = await server.api.token({});
  await server.api.call('GET', `/jobs/${id}/events?access_token=${token}`, {
    credential: null,
    headers: { accept: 'text/event-stream' },
  });
  await receiver.until(before + 3);
  const printed = server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .join('\n');
  const signatures = receiver.got.map(({ headers }) => String(headers['webhook-signature']));
  for (const text of [secret, server.key, token, endpointSecret, ...signatures, 'access_token', 'Bearer']) {
    expect(printed).not.toContain(text);
  }
});
