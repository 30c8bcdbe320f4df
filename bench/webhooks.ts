import { setTimeout as pause } from 'node:timers/promises';
import { signatureHeaders, webhookSecret } from '../lambdas/core/webhook-signature.ts';
import { guardUrl } from '../lambdas/deliver/guarded-fetch.ts';
import { type Api, apiOf } from '../test/contract/api.ts';
import { localKeys } from '../test/contract/local-keys.ts';
import { startReceiver } from '../test/contract/webhook-receiver.ts';
import { startLocalServer } from '../test/local-server.ts';
import { type MeteredServer, quiet } from './metered-server.ts';
import { dollarsPerMillion } from './prices.ts';
import { dollarsAtMost, exactly, type Figure, median, rounded, type Section } from './report.ts';

const countedJobs = 200;
const receivers = 50;
const jobsToAll = 20;
const rounds = 12;
const deadJobs = 40;
/** What one call of the function holds, in gigabytes. */
const deliverGb = 0.25;

/** What one delivery is billed: jobs with one webhook each, less the same jobs without. */
export async function webhookSteps(server: MeteredServer): Promise<Section> {
  const api = await tenantOf(server, 'bench-webhooks');
  const without = await countJobs(api, server);
  const receiver = await startReceiver();
  await addWebhook(api, receiver.url);
  const before = receiver.got.length;
  const counted = await countJobs(api, server);
  const delivered = receiver.got.length - before;
  receiver.stop();
  const each = (value: (steps: Steps) => number) => (value(counted) - value(without)) / countedJobs;
  const steps = {
    'function call': each(({ calls }) => calls),
    'write unit': each(({ writes }) => writes),
    'read unit': each(({ reads }) => reads),
    'queue request': each(({ requests }) => requests),
    'fair queue request': each(({ fair }) => fair),
    'GB-second': each(({ deliverMs }) => (deliverMs / 1000) * deliverGb),
  };
  return {
    title: 'Webhooks: billed steps and dollars',
    how: `Counted at the wires: ${countedJobs} small jobs with one webhook each, less as many without. The receiver is on this machine, so the seconds are the function's own.`,
    figures: [
      exactly('deliveries by job', delivered / countedJobs, 1),
      ...Object.entries(steps).map(([what, value]) => ({ what: `a delivery: ${what}s`, measured: rounded(value, 3) })),
      dollarsAtMost('a million deliveries', dollarsPerMillion(steps), 6),
    ],
  };
}

interface Steps {
  calls: number;
  deliverMs: number;
  writes: number;
  reads: number;
  requests: number;
  fair: number;
}

async function countJobs(api: Api, { meter, reset }: MeteredServer): Promise<Steps> {
  await quiet(meter);
  reset();
  const jobs = Array.from({ length: 100 }, (_, n) => ({ type: 'echo', input: { value: n } }));
  for (let sent = 0; sent < countedJobs; sent += jobs.length) await api.call('POST', '/jobs/batch', { body: { jobs } });
  await quiet(meter);
  const deliveries = meter.functions.filter(({ name }) => name.endsWith('-deliver-webhook'));
  const busy = meter.queue.filter(({ operation, messages }) => operation !== 'ReceiveMessage' || messages > 0);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    calls: deliveries.length,
    deliverMs: sum(deliveries.map(({ startMs, endMs }) => endMs - startMs)),
    writes: sum(meter.table.map(({ writeUnits }) => writeUnits)),
    reads: sum(meter.table.map(({ readUnits }) => readUnits)),
    requests: sum(busy.map(({ requests }) => requests)),
    fair: sum(busy.map(({ isFair, requests }) => (isFair ? requests : 0))),
  };
}

/** What a delivery costs this machine, how many it makes, and what a dead endpoint does to a healthy one. */
export async function webhookTimes(): Promise<Section> {
  const server = await startLocalServer();
  try {
    return {
      title: 'Webhooks on this machine',
      how: `CPU of signing 2 KB with two secrets and of guarding a URL whose name has two addresses, each over 5,000 turns. The rest through the local server: ${receivers} receivers; then, in turns, the time from submit to arrival at a healthy endpoint while ${deadJobs} deliveries to another healthy one come in at the same moment, and while as many to a dead one do.`,
      figures: [await cpuFigure(), await rateFigure(server), ...(await besideTheDead(server))],
    };
  } finally {
    await server.stop();
  }
}

async function cpuFigure(): Promise<Figure> {
  const secrets = [1, 2].map((byte) => webhookSecret(Buffer.alloc(32, byte)));
  const body = JSON.stringify({ text: 'x'.repeat(2_000) });
  const addresses = ['93.184.216.34', '2606:2800:220:1::1'].map((address) => ({
    address,
    family: address.includes(':') ? 6 : 4,
  }));
  const resolve = async () => addresses;
  const turn = async () => {
    await guardUrl('https://hooks.example.com/path?key=value', { resolve });
    signatureHeaders({ id: 'dlv_1', timestampSeconds: 1_700_000_000, body, secrets });
  };
  for (let n = 0; n < 500; n += 1) await turn();
  const before = process.cpuUsage();
  for (let n = 0; n < 5_000; n += 1) await turn();
  const { user, system } = process.cpuUsage(before);
  return {
    what: 'CPU of a delivery beside the HTTP call: signing and guarding',
    measured: `${rounded((user + system) / 5_000, 1)} microseconds`,
    target: '<= 100 microseconds, not gated',
  };
}

type Server = Pick<MeteredServer, 'rest' | 'table'>;
type Local = Awaited<ReturnType<typeof startLocalServer>>;

async function rateFigure(server: Local): Promise<Figure> {
  const api = await tenantOf({ rest: server.rest, table: server.aws }, 'bench-rate');
  const all = await Promise.all(Array.from({ length: receivers }, () => startReceiver()));
  for (const { url } of all) await addWebhook(api, url);
  const jobs = Array.from({ length: jobsToAll }, (_, n) => ({ type: 'echo', input: { value: n } }));
  const startMs = performance.now();
  await api.call('POST', '/jobs/batch', { body: { jobs } });
  await Promise.all(all.map((receiver) => receiver.until(jobsToAll, 120_000)));
  const seconds = (performance.now() - startMs) / 1000;
  for (const receiver of all) receiver.stop();
  return {
    what: `deliveries to ${receivers} receivers, from the submits to the last arrival`,
    measured: `${rounded((receivers * jobsToAll) / seconds, 0)} deliveries/s`,
  };
}

async function besideTheDead(server: Local): Promise<Figure[]> {
  const at: Server = { rest: server.rest, table: server.aws };
  const [healthy, other, dead] = [
    await tenantOf(at, 'bench-healthy'),
    await tenantOf(at, 'bench-other'),
    await tenantOf(at, 'bench-dead'),
  ];
  const [receiver, another] = [await startReceiver(), await startReceiver()];
  await addWebhook(healthy, receiver.url);
  await addWebhook(other, another.url);
  let deadRequests = 0;
  const failing = await startReceiver((response) => {
    deadRequests += 1;
    response.writeHead(500).end();
  });
  await addWebhook(dead, failing.url);
  const jobs = Array.from({ length: deadJobs }, (_, n) => ({ type: 'echo', input: { value: n } }));
  const arrivalBeside = async (neighbour: Api): Promise<number> => {
    await neighbour.call('POST', '/jobs/batch', { body: { jobs } });
    const startMs = performance.now();
    const count = receiver.got.length + 1;
    await healthy.submitEcho(1);
    await receiver.until(count, 60_000);
    return performance.now() - startMs;
  };
  const [besideHealthy, besideDead]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    besideHealthy.push(await arrivalBeside(other));
    await pause(1_000);
    besideDead.push(await arrivalBeside(dead));
    await pause(1_000);
  }
  for (const each of [receiver, another, failing]) each.stop();
  return [
    {
      what: `submit to arrival at a healthy endpoint, beside ${deadJobs} to another healthy one, median`,
      measured: `${rounded(median(besideHealthy), 0)} ms`,
    },
    {
      what: `submit to arrival at a healthy endpoint, beside ${deadJobs} to a dead one, median`,
      measured: `${rounded(median(besideDead), 0)} ms`,
    },
    {
      what: `requests that the dead endpoint got for ${rounds * deadJobs} deliveries`,
      measured: String(deadRequests),
      target: '<= 40: what is under way when it fails, and a probe a minute',
      met: deadRequests > 0 && deadRequests <= 40,
    },
  ];
}

async function tenantOf({ rest, table }: Server, tenant: string): Promise<Api> {
  const { key } = await localKeys(table).make({ tenant });
  return apiOf({ url: rest, key });
}

async function addWebhook(api: Api, url: string): Promise<void> {
  const { status, text } = await api.call('POST', '/webhooks', { body: { url } });
  if (status !== 201) throw new Error(`Cannot add a webhook: the service answers ${status} ${text}`);
}
