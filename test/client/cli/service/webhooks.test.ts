import { beforeAll, expect, test } from 'vitest';
import type { Job } from '../../../../protocol/types.ts';
import type { Delivery, Endpoint } from '../../../../protocol/webhooks.ts';
import { localTarget } from '../../../contract/local-target.ts';
import { jobwire, jsonLines, startJobwire } from '../run-jobwire.ts';

let env: Record<string, string>;

beforeAll(async () => {
  const { url, key } = await localTarget('cli-webhooks');
  env = { JOBWIRE_URL: url, JOBWIRE_KEY: key };
});

const run = (...args: string[]) => jobwire(args, { env });

async function deliveriesOf(id: string): Promise<Delivery[]> {
  return jsonLines((await run('webhooks', 'deliveries', id, '--json')).stdout) as Delivery[];
}

test('webhooks are made, shown, changed, listed and deleted, and a secret is shown where it is made alone', async () => {
  const made = await run(
    'webhooks',
    'create',
    'http://127.0.0.1:9/',
    '--events',
    'job.failed',
    '--types',
    'echo,flaky',
  );
  expect(made.stdout).toMatch(/secret +whsec_\S+/);
  expect(made.stderr).toContain('shown this once');
  const id = /whk_\w+/.exec(made.stdout)?.[0] ?? '';

  const shown = await run('webhooks', 'get', id);
  expect(shown.stdout).toContain('types    echo, flaky');
  const updated = await run(
    ...['webhooks', 'update', id, '--disable', '--types', 'all', '--description', 'a test', '--header', 'x-team=data'],
  );
  expect(updated.stdout).toMatch(/○ disabled[\s\S]*types +all[\s\S]*a test[\s\S]*headers +x-team\n/);
  const listed = await run('webhooks', 'list');
  expect(listed.stdout).toContain(id);

  const rotated = await run('webhooks', 'rotate-secret', id, '--overlap', '60', '--json');
  expect(JSON.parse(rotated.stdout)).toEqual({
    secret: expect.stringMatching(/^whsec_/),
    overlapUntil: expect.any(String),
  });
  const plain = await run('webhooks', 'rotate-secret', id);
  expect(plain.stdout).toMatch(/^whsec_\S+\n$/);
  for (const { stdout, stderr } of [shown, updated, listed]) expect(stdout + stderr).not.toContain('whsec_');

  const changed = jsonLines((await run('webhooks', 'list', '--json')).stdout) as Endpoint[];
  expect(changed.find((webhook) => webhook.id === id)).toMatchObject({ enabled: false, description: 'a test' });
  expect(await run('webhooks', 'delete', id)).toMatchObject({ code: 0, stderr: `${id} is deleted.\n` });
  expect((await run('webhooks', 'get', id)).code).toBe(3);
});

test('a test is sent, comes, and is redelivered to whoever listens', async () => {
  const listener = startJobwire(['listen', '--port', '0'], { env });
  await expect.poll(listener.said, { timeout: 20_000 }).toContain('Listening on');
  const id = /whk_\w+/.exec(listener.said())?.[0] ?? '';

  const sent = await run('webhooks', 'test', id);
  expect(sent).toMatchObject({ code: 0, stderr: expect.stringContaining(`jobwire webhooks deliveries ${id}`) });
  await expect.poll(listener.said, { timeout: 20_000 }).toContain('webhook.test');
  await expect.poll(async () => (await deliveriesOf(id))[0]?.status, { timeout: 20_000 }).toBe('delivered');
  expect((await run('webhooks', 'deliveries', id)).stdout).toMatch(/✓ delivered +webhook\.test +.*204 \(\d+ ms\)/);

  const again = await run('webhooks', 'redeliver', sent.stdout.trim());
  expect(again).toMatchObject({ code: 0, stdout: sent.stdout });
  await expect.poll(listener.said, { timeout: 20_000 }).toContain('(again)');
  expect(JSON.parse((await run('webhooks', 'recover', id, '--since', '1h', '--json')).stdout)).toMatchObject({
    count: 0,
  });

  const job = (await run('submit', 'echo', 'value=1')).stdout.trim();
  await expect.poll(listener.said, { timeout: 20_000 }).toContain(`job.succeeded   ${job}`);
  expect((await run('deliveries', job)).stdout).toMatch(/job\.succeeded/);
  const ofJob = jsonLines((await run('deliveries', job, '--json')).stdout) as Delivery[];
  expect(ofJob.map(({ type }) => type).toSorted()).toEqual(['job.queued', 'job.running', 'job.succeeded']);

  listener.child.kill('SIGINT');
  expect((await listener.ended).code).toBe(0);
  expect((await run('webhooks', 'get', id)).code).toBe(3);
});

test('dead letters are listed, redriven and cleared', async () => {
  const id = (await run('submit', 'crash', 'mode=late-throw')).stdout.trim();
  expect((await run('watch', id)).code).toBe(1);
  await expect.poll(async () => (await run('dead-letters', 'list')).stdout, { timeout: 20_000 }).toContain(id);
  expect((await run('dead-letters', 'list', '--type', 'echo')).stderr).toBe('There are no dead letters.\n');

  const redriven = await run('dead-letters', 'redrive', id);
  expect(redriven).toMatchObject({ code: 0, stderr: '1 new job.\n' });
  const job = JSON.parse((await run('get', redriven.stdout.trim(), '--json')).stdout) as Job;
  expect(job.links.retryOf).toContain(id);
  // A repeat makes no second job.
  expect((await run('dead-letters', 'redrive', id)).stdout).toBe(redriven.stdout);
  // None, or the new one, where it has ended as the old one did.
  const all = JSON.parse((await run('dead-letters', 'redrive', '--all', '--json')).stdout);
  expect([[], [expect.stringMatching(/^job_/)]]).toContainEqual(all.jobs);
  await run('cancel', job.id);
  const cleared = await run('dead-letters', 'clear', '--type', 'crash', '--json');
  expect(JSON.parse(cleared.stdout)).toEqual({ count: expect.any(Number) });
}, 120_000);
