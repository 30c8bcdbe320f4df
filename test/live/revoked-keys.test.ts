import { describe, expect, it, vi } from 'vitest';
import { type ApiKey, revokeApiKey, saveApiKey } from '../../lambdas/aws/api-keys.ts';
import { type Connection, findConnection, putConnection } from '../../lambdas/aws/connections.ts';
import { message } from '../../lambdas/live/message.ts';
import { handler as tend } from '../../lambdas/tend-connections.ts';
import { revokeKey } from '../../ops/key-commands.ts';
import type { Subprotocol } from '../../protocol/socket-messages.ts';
import { putJob, tenant } from './play-job.ts';
import { useSocketStand } from './use-socket-stand.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));
vi.mock('jobwire:validators', () => ({ validators: {} }));

const stand = useSocketStand();
let opened = 0;
const minuteMs = 60_000;

const pass = (ms: number) => void vi.setSystemTime(Date.now() + ms);

async function makeKey(): Promise<ApiKey> {
  opened += 1;
  const key: ApiKey = { id: `key_${opened}`, hash: `${opened}`, tenant, scopes: ['jobs:read'], createdAtMs: 1 };
  await saveApiKey(key);
  return key;
}

/** Opens a connection by a key, as of now. */
async function open(key: ApiKey, { protocol = 'jobwire.v1' as Subprotocol, follows = '' } = {}): Promise<string> {
  const id = `c${++opened}`;
  const nowMs = Date.now();
  const principal = { tenant, keyId: key.id, scopes: key.scopes };
  const times = { openedAtMs: nowMs, lastMessageAtMs: nowMs, countedFromMs: nowMs };
  const subscriptions: Connection['subscriptions'] = follows === '' ? {} : { s: { job: follows, takenAtMs: nowMs } };
  await putConnection({ id, principal, protocol, ...times, messages: 0, subscriptions }, nowMs + 5 * minuteMs);
  return id;
}

const send = (connection: string, text = '{"type":"ping"}') =>
  message({ connection, text, requestId: 'r', remainingMs: () => 29_000 });
const heard = (connection: string) =>
  stand.sent(connection).map((told) => (told.type === 'error' ? told.error.code : told.type));

describe('a WebSocket whose key was revoked', () => {
  it('is told so, and closed, at its first message after 60 s', async () => {
    const key = await makeKey();
    const id = await open(key);
    await send(id);
    pass(40_000);
    await send(id);
    await revokeApiKey(key, Date.now());
    pass(minuteMs);
    await send(id, '{"type":"submit","id":"s","job":{}}');
    expect(heard(id)).toEqual(['pong', 'pong', 'unauthorized']);
    expect(stand.sent(id).at(-1)).toMatchObject({ id: 's' });
    expect(stand.closed).toContain(id);
    expect(await findConnection(id)).toBeUndefined();
  });

  it('is closed without a word where it speaks GraphQL', async () => {
    const key = await makeKey();
    const id = await open(key, { protocol: 'graphql-transport-ws' });
    await revokeApiKey(key, Date.now());
    pass(minuteMs);
    await send(id);
    expect([heard(id), stand.closed.has(id)]).toEqual([[], true]);
  });

  it('is closed within two minutes where it only listens, and others are not', async () => {
    const key = await makeKey();
    const job = await putJob([{ connection: `c${opened + 1}`, subscription: 's', state: 'live', afterSeq: 1 }]);
    const id = await open(key, { follows: job.id });
    const other = await open(await makeKey(), { follows: job.id });
    await tend();
    await revokeKey(key.id);
    for (let minute = 0; minute < 2; minute += 1) {
      pass(minuteMs);
      await tend();
    }
    expect([stand.closed.has(id), stand.closed.has(other)]).toEqual([true, false]);
  });
});

describe('a WebSocket whose key is good', () => {
  it('goes on for as long as it likes', async () => {
    const id = await open(await makeKey());
    for (let minute = 0; minute < 4; minute += 1) {
      pass(minuteMs);
      await send(id);
    }
    expect(heard(id)).toEqual(['pong', 'pong', 'pong', 'pong']);
  });
});
