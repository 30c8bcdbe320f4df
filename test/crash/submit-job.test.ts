import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listJobs } from '../../lambdas/aws/job-lists.ts';
import { findJobWithPayloads } from '../../lambdas/aws/job-store.ts';
import type { Json } from '../../protocol/types.ts';
import { type CrashStage, openCrashStage } from './crash-stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openCrashStage(['echo']);
}, 60_000);
afterAll(() => stage.stop());

interface Answer {
  statusCode: number;
  body: string;
  headers: Record<string, string>;
}

let tenants = 0;

interface Submit {
  tenant: string;
  resource: '/jobs' | '/jobs/batch';
  body: Json;
  headers?: Record<string, string>;
}

/** Sends a request to submit-job as the gateway does; undefined where the function died and nobody was answered. */
async function request({ tenant, resource, body, headers = {} }: Submit): Promise<Answer | undefined> {
  const all = { 'content-type': 'application/json', ...headers };
  const end = await stage.call('submit-job', {
    httpMethod: 'POST',
    resource,
    path: resource,
    headers: all,
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    pathParameters: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: 'request', authorizer: { tenant, keyId: 'key', scopes: 'jobs:write' } },
  });
  return 'died' in end ? undefined : (end.answer as Answer);
}

/** Plays a submit with a death after each of its calls in turn, each time for a new tenant, and checks what it led to. */
async function forEachDeath<Made>(
  submit: (tenant: string) => Promise<Made>,
  check: (tenant: string, made: Made) => Promise<void>,
): Promise<void> {
  let atCall = 0;
  do {
    atCall += 1;
    tenants += 1;
    const tenant = `tenant-${tenants}`;
    await stage.plan('submit-job', [{ atCall, when: 'after' }]);
    const made = await submit(tenant);
    stage.spare();
    await stage.drain('echo');
    await check(tenant, made);
  } while (stage.died > 0);
  expect(atCall).toBeGreaterThan(3);
}

const jobsOf = async (tenant: string) => (await listJobs(tenant, { limit: 100 })).records;

describe('a submit that dies between any two of its calls', () => {
  it.each([
    ['small', 'x'],
    ['beside HEAD', 'x'.repeat(1_000)],
    ['in the bucket', 'x'.repeat(70_000)],
  ])(
    'and is repeated with its key makes one job, which runs once: input %s',
    async (_, value) => {
      await forEachDeath(
        async (tenant) => {
          const headers = { 'idempotency-key': 'key' };
          const submit = { tenant, resource: '/jobs' as const, body: { type: 'echo', input: { value } }, headers };
          return (await request(submit)) ?? (await request(submit));
        },
        async (tenant, answer) => {
          expect(answer?.statusCode).toBe(202);
          const { id } = JSON.parse(answer?.body ?? '');
          expect(await jobsOf(tenant)).toMatchObject([{ id, status: 'succeeded', run: 1, events: { length: 3 } }]);
          const found = await findJobWithPayloads(id);
          expect(JSON.parse(found?.input ?? '')).toEqual({ value });
        },
      );
    },
    180_000,
  );

  it('without a key is lost only where nobody was told of it', async () => {
    await forEachDeath(
      (tenant) => request({ tenant, resource: '/jobs', body: { type: 'echo', input: { value: 1 } } }),
      async (tenant, answer) => {
        const jobs = await jobsOf(tenant);
        if (answer) expect(jobs).toMatchObject([{ status: 'succeeded' }]);
        else for (const { status } of jobs) expect(['queued', 'succeeded']).toContain(status);
      },
    );
  }, 180_000);

  it('as a batch makes each job once, whatever was sent before', async () => {
    const jobs = Array.from({ length: 4 }, (_, index) => ({
      type: 'echo',
      input: { value: index },
      idempotencyKey: `entry-${index}`,
    }));
    await forEachDeath(
      async (tenant) => {
        const submit = { tenant, resource: '/jobs/batch' as const, body: { jobs } };
        return (await request(submit)) ?? (await request(submit));
      },
      async (tenant, answer) => {
        expect(answer?.statusCode).toBe(207);
        const made = await jobsOf(tenant);
        expect(made).toHaveLength(4);
        for (const job of made) expect(job).toMatchObject({ status: 'succeeded', run: 1 });
      },
    );
  }, 180_000);
});
