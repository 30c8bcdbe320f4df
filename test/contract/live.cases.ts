import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ClientMessage, ServerMessage } from '../../protocol/socket-messages.ts';
import type { JobEvent } from '../../protocol/types.ts';
import { type Case, eachRow, must } from './case.ts';
import { assertJob } from './expect.ts';
import { onLive, openLive } from './live.ts';

const echo = { types: ['echo'] };
const submitOf = (value: number) => ({ type: 'echo', input: { value } });
const eventsOf = (messages: ServerMessage[]): JobEvent[] =>
  messages.flatMap((message) => (message.type === 'event' ? [message.event] : []));
const kept = (events: JobEvent[]) => events.filter(({ type }) => type !== 'job.progress');
const typesOf = (messages: ServerMessage[]) => messages.map(({ type }) => type);

/** The WebSocket: section 9. */
export const liveCases: Case[] = [
  must('LIVE-001', 'a credential in the header opens, and the server names the subprotocol', async (api) => {
    await onLive(api, async ({ protocol }) => assert.equal(protocol, 'jobwire.v1'));
    await onLive(api, async ({ send, next }) => {
      send({ type: 'ping' });
      assert.deepEqual(await next(), { type: 'pong' });
    });
  }),
  must('LIVE-002', 'no credential, or a bad one, is 401 at the handshake', async (api) => {
    await eachRow([null, 'x', `jw_local_${'A'.repeat(43)}`], async (credential) => {
      assert.equal(await openLive(api, { credential }), 401);
    });
    assert.equal(await openLive(api, { credential: null, query: `?access_token=${api.credential}` }), 401);
  }),
  must('LIVE-003', 'a singleUse token in the query opens once', async (api) => {
    const query = `?access_token=${await api.token({ singleUse: true })}`;
    await onLive(api, async ({ protocol }) => assert.equal(protocol, 'jobwire.v1'), { credential: null, query });
    assert.equal(await openLive(api, { credential: null, query }), 401);
  }),
  must(
    'LIVE-004',
    'a subscription yields the log of the job, then complete',
    async (api) => {
      const { id } = await api.submit({ type: 'countdown', input: { steps: 4, intervalMs: 50 } });
      await onLive(api, async ({ send, until }) => {
        send({ type: 'subscribe', id: 's', job: id });
        const messages = await until('complete');
        assert.equal(messages[0]?.type, 'subscribed');
        assert.equal(assertJob((messages[0] as { job: unknown }).job).input, undefined);
        assert.deepEqual(kept(eventsOf(messages)), kept(await api.log(id)));
      });
    },
    { types: ['countdown'] },
  ),
  must(
    'LIVE-005',
    'a subscription from any cursor yields what comes after it',
    async (api) => {
      const { id } = await api.end((await api.submitEcho(1)).id);
      const log = await api.log(id);
      await onLive(api, async ({ send, until }) => {
        await eachRow([0, 1, 2, 3], async (after) => {
          send({ type: 'subscribe', id: `s${after}`, job: id, after });
          assert.deepEqual(
            eventsOf(await until('complete')),
            log.filter(({ seq }) => seq > after),
          );
        });
      });
    },
    echo,
  ),
  must(
    'LIVE-006',
    'a cursor that never was, or no number, is a reset',
    async (api) => {
      const { id } = await api.end((await api.submitEcho(1)).id);
      await onLive(api, async ({ send, until }) => {
        await eachRow([99, -1, 1.5, 'x'], async (after) => {
          send({ type: 'subscribe', id: `s${after}`, job: id, after });
          const messages = await until('complete');
          assert.deepEqual(typesOf(messages), ['subscribed', 'reset', 'event', 'event', 'event', 'complete']);
        });
      });
    },
    echo,
  ),
  must(
    'LIVE-007',
    'a submit is accepted, and its sender subscribed',
    async (api) => {
      await onLive(api, async ({ send, until }) => {
        send({ type: 'submit', id: 's', job: submitOf(7) });
        const messages = await until('complete');
        const [accepted] = messages;
        assert.equal(accepted?.type, 'accepted');
        const { id, input } = assertJob((accepted as { job: unknown }).job);
        assert.equal(input, undefined, 'a job in a message leaves out the input');
        assert.deepEqual((await api.read(id)).output, { value: 7 });
        assert.equal(eventsOf(messages).at(-1)?.type, 'job.succeeded');
      });
    },
    echo,
  ),
  must(
    'LIVE-008',
    'an idempotencyKey in a submit makes it idempotent',
    async (api) => {
      const job = { ...submitOf(8), idempotencyKey: randomUUID() };
      await onLive(api, async ({ send, until }) => {
        send({ type: 'submit', id: 'one', job });
        const [one] = await until('complete');
        send({ type: 'submit', id: 'two', job });
        const [two] = await until('complete');
        assert.equal((one as { job: { id: string } }).job.id, (two as { job: { id: string } }).job.id);
      });
    },
    echo,
  ),
  must(
    'LIVE-009',
    'a cancel is accepted, and its end is heard',
    async (api) => {
      const { id } = await api.submitEcho(1, { delaySeconds: 300 });
      await onLive(api, async ({ send, until }) => {
        send({ type: 'subscribe', id: 's', job: id });
        await until('event');
        send({ type: 'cancel', id: 'c', job: id });
        const messages = await until('complete');
        assert.ok(typesOf(messages).includes('event'), typesOf(messages).join(' '));
        assert.equal((await api.read(id)).status, 'canceled');
      });
    },
    echo,
  ),
  must(
    'LIVE-010',
    'an unsubscribe is complete, and nothing of the job follows',
    async (api) => {
      const { id } = await api.submitEcho(1, { delaySeconds: 300 });
      await onLive(api, async ({ send, until, next }) => {
        send({ type: 'subscribe', id: 's', job: id });
        await until('event');
        send({ type: 'unsubscribe', id: 's' });
        await until('complete');
        await api.call('POST', `/jobs/${id}/cancel`);
        send({ type: 'ping' });
        assert.equal((await next()).type, 'pong');
      });
    },
    echo,
  ),
  must('LIVE-011', 'anything else is an error, and the connection stays', async (api) => {
    const rows: (ClientMessage | string)[] = [
      '{',
      '[]',
      '5',
      '""',
      'null',
      '{}',
      '{"type":"nope"}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","id":5,"job":5}',
      '{"type":"submit","id":"s","job":5}',
      '{"type":"toString"}',
    ];
    await onLive(api, async ({ send, next }) => {
      await eachRow(rows, async (row) => {
        send(row);
        const message = await next();
        assert.equal(message.type, 'error');
        const { code, status } = (message as { error: { code: string; status: number } }).error;
        assert.ok(['invalid-message', 'malformed-json'].includes(code) && status === 400, JSON.stringify(message));
      });
      send({ type: 'ping' });
      assert.equal((await next()).type, 'pong');
    });
  }),
  must('LIVE-012', 'faults of a submit, and ids that are not there, are told as problems', async (api) => {
    const unknown = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    const rows: [ClientMessage, string][] = [
      [{ type: 'subscribe', id: 'a', job: unknown }, 'not-found'],
      [{ type: 'cancel', id: 'b', job: unknown }, 'not-found'],
      [{ type: 'submit', id: 'c', job: { type: 'nope', input: {} } }, 'unknown-type'],
      [{ type: 'submit', id: 'd', job: { type: 'countdown', input: { steps: 0 } } }, 'invalid-input'],
    ];
    await onLive(api, async ({ send, next }) => {
      await eachRow(rows, async ([message, code]) => {
        send(message);
        const answer = (await next()) as { type: string; id?: string; error: { code: string } };
        assert.deepEqual([answer.type, answer.id, answer.error?.code], ['error', (message as { id: string }).id, code]);
      });
    });
  }),
  must(
    'LIVE-013',
    'a narrow credential is told forbidden',
    async (api) => {
      const { id } = await api.submitEcho(1, { delaySeconds: 300 });
      const credential = await api.token({ scopes: ['jobs:read'] });
      const errorTo = async (message: ClientMessage) => {
        await onLive(
          api,
          async ({ send, next }) => {
            send(message);
            assert.equal(((await next()) as { error?: { code: string } }).error?.code, 'forbidden');
          },
          { credential },
        );
      };
      await errorTo({ type: 'submit', id: 's', job: submitOf(1) });
      await errorTo({ type: 'cancel', id: 'c', job: id });
      await api.call('POST', `/jobs/${id}/cancel`);
    },
    echo,
  ),
  must(
    'LIVE-014',
    "another tenant's job is not found",
    async (api) => {
      const { id } = await api.submitEcho(1, { delaySeconds: 300 });
      await onLive(api.as(api.target.otherKey ?? ''), async ({ send, next }) => {
        for (const type of ['subscribe', 'cancel'] as const) {
          send({ type, id: 's', job: id });
          assert.equal(((await next()) as { error?: { code: string } }).error?.code, 'not-found');
        }
      });
      assert.equal((await api.read(id)).status, 'queued');
    },
    { ...echo, otherKey: true },
  ),
  must(
    'LIVE-015',
    'a submit counts as one of the 50 messages that a connection may send a second',
    async (api) => {
      await onLive(api, async ({ send, next }) => {
        for (let n = 0; n < 40; n += 1) send({ type: 'submit', id: `s${n}`, job: submitOf(n) });
        for (let completed = 0; completed < 40; ) {
          const message = await next();
          assert.notEqual(message.type, 'error', JSON.stringify(message));
          if (message.type === 'complete') completed += 1;
        }
      });
    },
    { ...echo, slow: true },
  ),
];
