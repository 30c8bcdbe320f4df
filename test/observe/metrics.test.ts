import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Job } from '../../protocol/types.ts';
import { openSocket } from '../channels/socket-client.ts';
import { type Receiver, startReceiver } from '../contract/webhook-receiver.ts';
import { sumOf } from './emf.ts';
import { type ObservedServer, startObservedServer } from './observed-server.ts';

let server: ObservedServer;
let receiver: Receiver;
beforeAll(async () => {
  // The first attempt fails; the second, 5 s later, does not.
  const answer = startReceiver((response, count) => response.writeHead(count === 1 ? 500 : 204).end());
  [server, receiver] = await Promise.all([startObservedServer(), answer]);
});
afterAll(async () => {
  receiver?.stop();
  await server?.stop();
});

const echo = { type: 'echo', input: { value: 1 } };
const count = (name: string, dimensions: Record<string, string> = {}) => sumOf(server.figures(), name, dimensions);
const values = (name: string, dimensions: Record<string, string>) =>
  server
    .figures()
    .filter((figure) => figure.name === name && figure.dimensions.Type === dimensions.Type)
    .flatMap((figure) => figure.values);

async function submitInEveryWay(): Promise<string[]> {
  const { api } = server;
  const headers = { 'idempotency-key': randomUUID() };
  const one = await api.submit(echo, headers);
  const repeated = await api.submit(echo, headers);
  expect(repeated.id).toBe(one.id);
  const batch = await api.call('POST', '/jobs/batch', { body: { jobs: [echo, echo, { type: 'none', input: 1 }] } });
  const { results } = batch.body as { results: { job?: Job }[] };
  const query = 'mutation { submitJob(type: "echo", input: { value: 1 }) { id } }';
  const mutated = (await api.call('POST', '/graphql', { body: { query } })).body as { data: { submitJob: Job } };
  const socket = await openSocket(server.live, { headers: { authorization: `Bearer ${server.key}` } });
  socket.send({ type: 'submit', id: 's', job: echo });
  const accepted = await socket.until(({ type }) => type === 'accepted');
  await socket.until(({ type }) => type === 'complete');
  socket.close();
  const ids = [one, ...results.flatMap(({ job }) => job ?? []), mutated.data.submitJob].map(({ id }) => id);
  return [...ids, 'job' in accepted ? accepted.job.id : ''];
}

test('metrics sum up to what was submitted, run, ended and delivered, whichever way it came', async () => {
  const { api } = server;
  const echoes = await submitInEveryWay();
  const told = await api.submit({ ...echo, webhook: { url: receiver.url } });
  const delayed = await api.submit({ ...echo, delaySeconds: 2 });
  const canceled = await api.submit({ ...echo, delaySeconds: 900 });
  await api.call('POST', `/jobs/${canceled.id}/cancel`);
  const late = await api.submit({ ...echo, delaySeconds: 900, deadlineSeconds: 1 });
  const flaky = await api.submit({ type: 'flaky', input: { failures: 2 } });
  const failed = await api.submit({ type: 'flaky', input: { failures: 1, final: true } });
  await api.end(failed.id);
  const { body } = await api.call('POST', `/jobs/${failed.id}/retry`);
  const ids = [...echoes, told.id, delayed.id, late.id, flaky.id, (body as Job).id];
  await Promise.all(ids.map((id) => api.end(id)));
  await receiver.until(2);

  const expected = {
    JobsAccepted: { echo: 9, flaky: 3 },
    succeeded: { echo: 7, flaky: 1 },
    failed: { echo: 0, flaky: 2 },
    RunsFailed: { echo: 0, flaky: 4 },
    deliveries: [1, 1],
  };
  const found = () => {
    const ofTypes = (name: string, more = {}) => ({
      echo: count(name, { Type: 'echo', ...more }),
      flaky: count(name, { Type: 'flaky', ...more }),
    });
    return {
      JobsAccepted: ofTypes('JobsAccepted'),
      succeeded: ofTypes('JobsFinished', { Status: 'succeeded' }),
      failed: ofTypes('JobsFinished', { Status: 'failed' }),
      RunsFailed: ofTypes('RunsFailed'),
      deliveries: [count('DeliveriesFailed'), count('DeliveriesSucceeded')],
    };
  };
  await vi.waitFor(() => expect(found()).toEqual(expected), { timeout: 15_000, interval: 100 });
  expect(count('JobsFinished', { Status: 'canceled' })).toBe(1);
  expect(count('JobsFinished', { Status: 'timed-out' })).toBe(1);
  expect(count('PushesFailed')).toBe(0);
  // One for each run.
  expect(values('QueueWaitMs', { Type: 'echo' })).toHaveLength(7);
  expect(values('QueueWaitMs', { Type: 'flaky' })).toHaveLength(5);
  expect(values('RunTimeMs', { Type: 'flaky' })).toHaveLength(5);
  // One for each request, a repeat, a batch and a retry included; WebSocket has no request to answer.
  expect(values('AcceptMs', {})).toHaveLength(11);
  expect(new Set(server.figures().map(({ namespace }) => namespace))).toEqual(new Set(['Jobwire']));
  expect(new Set(server.figures().map(({ dimensions }) => dimensions.Service))).toEqual(new Set(['jobwire-local']));
}, 90_000);
