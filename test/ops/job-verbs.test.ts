import { describe, expect, test } from 'vitest';
import { useOperator } from './use-operator.ts';

const { ops, json, makeTenant } = useOperator();

const parts = (count: number) => ({ parts: count, intervalMs: 0, bytes: 1 });

describe('status', () => {
  test('counts what waits and what has died, and names disabled endpoints', async () => {
    const { submit, call, makeDeadLetter } = await makeTenant('watched');
    await submit('stream', parts(1), { delaySeconds: 600 });
    await makeDeadLetter();
    const { id } = await call('/webhooks', { url: 'https://example.com/hook', enabled: false });

    const status = await json('status', '--tenant', 'watched');
    expect(status.types.find(({ type }: { type: string }) => type === 'stream')).toEqual({
      type: 'stream',
      waiting: 0,
      delayed: 1,
      inFlight: 0,
      dead: 0,
    });
    expect(status.deadLetters).toEqual([{ tenant: 'watched', jobs: 1 }]);
    expect(status.disabledEndpoints).toEqual([
      { id, tenant: 'watched', url: 'https://example.com/hook', reason: 'by its tenant' },
    ]);
    const { stdout } = await ops('status');
    expect(stdout).toMatch(/^QUEUE +WAITING +DELAYED +IN FLIGHT +DEAD$/m);
    expect(stdout).toMatch(/^stream +0 +1 +0 +0$/m);
    expect(stdout).toMatch(/^webhook deliveries /m);
    expect(stdout).toMatch(/^watched +1$/m);
    expect(stdout).toContain(id);
  });
});

describe('dead-letters and redrive', () => {
  test('show who died of what, and run it again as a linked job, once', async () => {
    const { read, makeDeadLetter } = await makeTenant('mourner');
    const { id } = await makeDeadLetter();
    const { items } = await json('dead-letters', '--tenant', 'mourner');
    expect(items).toMatchObject([
      {
        id,
        tenant: 'mourner',
        type: 'crash',
        run: 3,
        error: { code: 'runs-exhausted', cause: { code: 'handler-error' } },
      },
    ]);
    expect((await ops('dead-letters', '--tenant', 'mourner')).stdout).toContain('Thrown late, as it was told to');

    const { jobs } = await json('redrive', '--job', id);
    expect(jobs).toEqual([{ tenant: 'mourner', job: id, newJob: expect.stringMatching(/^job_/) }]);
    expect(await read(jobs[0].newJob)).toMatchObject({
      type: 'crash',
      links: { retryOf: expect.stringContaining(id) },
    });
    expect(await json('redrive', '--job', id)).toEqual({ jobs });
  });

  test('redrive takes all of a type, of one tenant alone where it is named', async () => {
    const [one, other] = [await makeTenant('one'), await makeTenant('other')];
    const dead = await Promise.all([one.makeDeadLetter(), one.makeDeadLetter(), other.makeDeadLetter()]);
    const { tenants } = await json('redrive', '--type', 'crash', '--tenant', 'one');
    expect(tenants).toEqual([{ tenant: 'one', newJobs: [expect.any(String), expect.any(String)], left: 0 }]);
    expect((await json('dead-letters', '--tenant', 'one')).items).toEqual([]);
    expect((await json('dead-letters', '--tenant', 'other')).items).toMatchObject([{ id: dead[2]?.id }]);
    expect((await ops('redrive', '--type', 'echo', '--tenant', 'one')).stdout).toBe(
      'There are no dead letters of echo.\n',
    );
  });
});

describe('purge', () => {
  test('does nothing without --yes, then gives each waiting job of the type its end', async () => {
    const { submit, read } = await makeTenant('crowd');
    const delayed = { delaySeconds: 600 };
    const jobs = await Promise.all([1, 2, 3].map((count) => submit('stream', parts(count), delayed)));
    const spared = await submit('echo', { value: 1 }, delayed);

    const refused = await ops('purge', '--type', 'stream', '--tenant', 'crowd');
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('3 waiting jobs of stream') });
    expect(refused.stderr).toContain('--yes');
    expect(await read(jobs[0]?.id ?? '')).toMatchObject({ status: 'queued' });

    const { stdout, code } = await ops('purge', '--type', 'stream', '--tenant', 'crowd', '--yes');
    expect([code, stdout]).toEqual([0, '3 waiting jobs of stream of the tenant crowd: 3 canceled\n']);
    for (const { id } of jobs) expect(await read(id)).toMatchObject({ status: 'canceled', done: true });
    expect(await read(spared.id)).toMatchObject({ status: 'queued' });
  });

  test('takes dead letters off the list, and leaves their jobs', async () => {
    const { read, makeDeadLetter } = await makeTenant('tidy');
    const { id } = await makeDeadLetter();
    expect(await json('purge', '--dead-letters', '--tenant', 'tidy', '--yes')).toEqual({ cleared: 1 });
    expect((await json('dead-letters', '--tenant', 'tidy')).items).toEqual([]);
    expect(await read(id)).toMatchObject({ status: 'failed' });
    const again = await ops('purge', '--dead-letters', '--tenant', 'tidy', '--yes');
    expect(again.stdout).toBe('There are no dead letters of the tenant tidy.\n');
  });
});
