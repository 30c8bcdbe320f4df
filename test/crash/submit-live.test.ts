import { afterAll, beforeAll, expect, it } from 'vitest';
import { putConnection } from '../../lambdas/aws/connections.ts';
import { findJob } from '../../lambdas/aws/job-store.ts';
import type { Job } from '../../protocol/types.ts';
import { type CrashStage, openCrashStage } from './crash-stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openCrashStage(['echo']);
}, 60_000);
afterAll(() => stage.stop());

/** Sends a submit over a connection of its own, as the gateway does. */
async function submit(id: string): Promise<void> {
  const nowMs = Date.now();
  const principal = { tenant: 'acme', keyId: 'key', scopes: ['jobs:write' as const] };
  const times = { openedAtMs: nowMs, lastMessageAtMs: nowMs, countedFromMs: nowMs };
  const row = { id, principal, protocol: 'jobwire.v1' as const, ...times, messages: 0, subscriptions: {} };
  await putConnection(row, nowMs + 300_000);
  await stage.call('live', {
    requestContext: { eventType: 'MESSAGE', connectionId: id, requestId: 'request' },
    body: JSON.stringify({ type: 'submit', id: 's', job: { type: 'echo', input: { value: 1 } } }),
  });
}

/** The job that a connection was told of as accepted. */
const accepted = (connection: string) =>
  stage.posts.find((post) => post.connection === connection && post.message.type === 'accepted')?.message.job as
    | Job
    | undefined;

it('a submit over the WebSocket that dies between any two of its calls loses no job that was accepted', async () => {
  let told = 0;
  for (let atCall = 1; ; atCall += 1) {
    const connection = `connection-${atCall}`;
    await stage.plan('live', [{ atCall, when: 'after' }]);
    await submit(connection);
    stage.spare();
    await stage.drain('echo');
    const job = accepted(connection);
    if (job) expect(await findJob(job.id)).toMatchObject({ status: 'succeeded', run: 1 });
    if (job) told += 1;
    if (stage.died === 0) break;
  }
  expect(told).toBeGreaterThan(2);
}, 180_000);
