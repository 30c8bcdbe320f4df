import { describe, expect, it, test } from 'vitest';
import {
  buryAttempt,
  claimDelivery,
  failDelivery,
  isDue,
  isUsedUp,
  parkDelivery,
  postponeDelivery,
  releaseDelivery,
  repeatDelivery,
  settleDelivery,
  settleProbe,
} from '../../lambdas/core/delivery-changes.ts';
import {
  type DeliveryRecord,
  maxKeptAttempts,
  newDelivery,
  presentDelivery,
} from '../../lambdas/core/delivery-record.ts';
import { endpointEvent } from '../../lambdas/core/webhook-event.ts';

const now = 1_700_000_000_000;
const event = endpointEvent({ type: 'webhook.test', endpoint: 'whk_1', cause: 'c', nowMs: now, data: {} });
const fresh = newDelivery({ id: 'dlv_1', tenant: 'a', endpoint: 'whk_1', event }, now);
const claim = { claims: 0, isProbe: false, now, untilMs: now + 40_000, mark: 'm' };
const claimed = claimDelivery(fresh, claim);
const attempt = { atMs: now, durationMs: 7, status: 500, error: 'Answered 500' };
const again = { status: 'pending' as const, nextAttemptAtMs: now + 5_000 };

test('claimDelivery() counts, and has the delivery due when the claim ends', () => {
  expect(claimed).toMatchObject({ claims: 1, tries: 1, claim: 'm', claimUntilMs: now + 40_000, dueAtMs: now + 40_000 });
});

test('claimDelivery() notes what the holder before it could not', () => {
  const second = claimDelivery(claimed, { ...claim, claims: 1, now: now + 50_000, untilMs: now + 90_000 });
  expect(second).toMatchObject({ claims: 2, tries: 2 });
  expect(second.attempts).toMatchObject([{ atMs: now, error: expect.stringContaining('stopped before') }]);
});

test.each<[string, DeliveryRecord, number, boolean, boolean]>([
  ['a new one', fresh, 0, false, true],
  ['a message that came twice', claimed, 0, false, false],
  ['one whose claim is held', claimed, 1, false, false],
  ['a message of a later turn', fresh, 1, false, false],
  ['one that is over', { ...fresh, status: 'delivered' }, 0, false, false],
  ['a probe of one that waits', parkDelivery(fresh), 0, true, true],
  ['a probe of one that waits no more', fresh, 0, true, false],
])('isDue() of %s', (_, record, claims, isProbe, expected) => {
  expect(isDue(record, { claims, isProbe }, now + 1)).toBe(expected);
});

test('isDue() lets another take over when the claim has ended', () => {
  expect(isDue(claimed, { claims: 1, isProbe: false }, now + 40_000)).toBe(true);
});

describe('settleDelivery()', () => {
  it('gives the claim back and says when the next attempt is, with the index a little behind the queue', () => {
    const settled = settleDelivery(claimed, { attempt, verdict: again, now });
    expect(settled).toMatchObject({
      status: 'pending',
      tries: 1,
      nextAttemptAtMs: now + 5_000,
      dueAtMs: now + 125_000,
    });
    expect(settled.claim).toBeUndefined();
    expect(settled.attempts).toEqual([attempt]);
  });

  it('leaves an attempt that is later than a queue can hold to the index', () => {
    const verdict = { status: 'pending' as const, nextAttemptAtMs: now + 1_800_000 };
    expect(settleDelivery(claimed, { attempt, verdict, now }).dueAtMs).toBe(now + 1_800_000);
  });

  it('ends with a success', () => {
    const settled = settleDelivery(claimed, {
      attempt: { ...attempt, status: 200 },
      verdict: { status: 'delivered' },
      now,
    });
    expect(settled).toMatchObject({ status: 'delivered' });
    expect(settled.dueAtMs).toBeUndefined();
  });

  it('keeps no more attempts than fit', () => {
    let record = claimed;
    for (let n = 0; n < 40; n += 1)
      record = settleDelivery(record, { attempt: { ...attempt, atMs: n }, verdict: again, now });
    expect(record.attempts).toHaveLength(maxKeptAttempts);
    expect(record.attempts.at(-1)?.atMs).toBe(39);
  });
});

test('a probe that fails costs the delivery nothing, and is shown as one', () => {
  const waiting = parkDelivery(settleDelivery(claimed, { attempt, verdict: again, now }));
  const probing = claimDelivery(waiting, { ...claim, claims: 1, isProbe: true });
  expect(probing).toMatchObject({ claims: 2, tries: 1, isWaiting: true });
  const settled = settleProbe(probing, { ...attempt, atMs: now + 60_000 });
  expect(settled).toMatchObject({ tries: 1, isWaiting: true, status: 'pending' });
  expect(presentDelivery(settled).attempts).toMatchObject([{ status: 500 }, { status: 500, probe: true }]);
});

test('a probe whose holder died is no attempt either', () => {
  const probing = claimDelivery(parkDelivery(fresh), { ...claim, isProbe: true });
  const second = claimDelivery(probing, { ...claim, claims: 1, isProbe: true, now: now + 60_000 });
  expect(second).toMatchObject({ tries: 0, attempts: [] });
});

test('releaseDelivery() lets it go, and has it due again should the message be lost', () => {
  const released = releaseDelivery(parkDelivery(fresh), now);
  expect(released).toMatchObject({ dueAtMs: now + 900_000 });
  expect(released.isWaiting).toBeUndefined();
});

test('postponeDelivery() and failDelivery() say until when, and why', () => {
  expect(postponeDelivery(fresh, now + 60_000)).toMatchObject({ dueAtMs: now + 60_000, claims: 0, tries: 0 });
  expect(failDelivery(fresh, 'Not sent: no', now)).toMatchObject({
    status: 'failed',
    attempts: [{ atMs: now, error: 'Not sent: no' }],
  });
});

test('repeatDelivery() begins anew under the same id, keeps what was, and is kept long enough', () => {
  const failed = { ...failDelivery(claimed, 'x', now), expiresAtSeconds: 1 };
  const repeated = repeatDelivery(failed, now);
  expect(repeated).toMatchObject({ id: 'dlv_1', status: 'pending', tries: 0, claims: 1 });
  expect(repeated.attempts).toHaveLength(2);
  expect(repeated.expiresAtSeconds).toBe(now / 1000 + 30 * 86_400);
});

test('buryAttempt() counts a death, until there were as many as attempts', () => {
  let record = fresh;
  for (let n = 1; n <= 9; n += 1) {
    record = buryAttempt(record, { now, random: 0.5 });
    expect(record).toMatchObject({ status: 'pending', tries: n, claims: n });
    expect(record.dueAtMs).toBe(record.nextAttemptAtMs);
  }
  expect(isUsedUp(record)).toBe(false);
  expect(buryAttempt(record, { now, random: 0.5 })).toMatchObject({ status: 'failed', tries: 10 });
  expect(isUsedUp({ ...record, tries: 10 })).toBe(true);
});
