import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../client/verify-webhook.ts';
import { signatureHeaders, webhookSecret } from '../../lambdas/core/webhook-signature.ts';

const secretOf = (byte: number) => webhookSecret(Buffer.alloc(32, byte));
const [secret, former, other] = [secretOf(1), secretOf(2), secretOf(3)];
const event = { id: 'evt_1', seq: 4, type: 'job.succeeded', data: { text: 'schöne Grüße, \u0000 \u{1f600}' } };
const body = JSON.stringify(event);
const nowSeconds = Math.floor(Date.now() / 1000);

/** Headers as each of those who can sign makes them. */
const signers = {
  'the service': (id: string, at: Date) =>
    signatureHeaders({ id, timestampSeconds: at.getTime() / 1000, body, secrets: [secret] }),
  standardwebhooks: (id: string, at: Date) => headersOf(id, at, new StandardWebhook(secret).sign(id, at, body)),
  svix: (id: string, at: Date) => headersOf(id, at, new SvixWebhook(secret).sign(id, at, body)),
};
const headersOf = (id: string, at: Date, signature: string): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(at.getTime() / 1000),
  'webhook-signature': signature,
});
/** Whether those who can verify take it: what we take they take, and what we refuse they refuse. */
const verifiers = [StandardWebhook, SvixWebhook];
const at = new Date(nowSeconds * 1000);

describe.each(Object.entries(signers))('verifyWebhook() of what %s signs', (_, sign) => {
  it('gives the event, of a text as of bytes, with headers in any form', async () => {
    const headers = sign('dlv_1', at);
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
    expect(await verifyWebhook(body, headers, secret)).toEqual(event);
    expect(await verifyWebhook(new TextEncoder().encode(body), new Headers(headers), secret)).toEqual(event);
    expect(await verifyWebhook(body, upper, secret.slice('whsec_'.length))).toEqual(event);
    expect(await verifyWebhook(body, headers, [other, secret])).toEqual(event);
  });

  it.each<[string, string, string, Record<string, string | undefined>, string]>([
    ['another secret', other, body, {}, 'no signature is by a known secret'],
    ['another body', secret, `${body} `, {}, 'no signature'],
    ['another id', secret, body, { 'webhook-id': 'dlv_2' }, 'no signature'],
    ['another time', secret, body, { 'webhook-timestamp': String(nowSeconds - 1) }, 'no signature'],
    ['a time that is none', secret, body, { 'webhook-timestamp': 'now' }, 'whole seconds'],
    ['no id', secret, body, { 'webhook-id': undefined }, 'no header webhook-id'],
    ['no signature', secret, body, { 'webhook-signature': undefined }, 'no header webhook-signature'],
    ['a signature that is no base64', secret, body, { 'webhook-signature': 'v1,??' }, 'no signature'],
    ['a signature of nothing', secret, body, { 'webhook-signature': 'v1' }, 'no signature'],
  ])('refuses %s, as the libraries do', async (_name, known, text, changed, reason) => {
    const headers = Object.fromEntries(
      Object.entries({ ...sign('dlv_1', at), ...changed }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const refused = verifyWebhook(text, headers, known);
    await expect(refused).rejects.toMatchObject({
      name: 'WebhookVerificationError',
      message: expect.stringContaining(reason),
    });
    for (const Webhook of verifiers) expect(() => new Webhook(known).verify(text, headers)).toThrow();
  });

  it.each([
    ['old', -301, 'signed 301 s ago'],
    ['far ahead', 301, 'signed 301 s ahead'],
  ])('refuses what is too %s', async (_name, seconds, reason) => {
    const headers = sign('dlv_1', new Date((nowSeconds + seconds) * 1000));
    const nowMs = nowSeconds * 1000;
    await expect(verifyWebhook(body, headers, secret, { nowMs })).rejects.toThrow(reason);
    expect(await verifyWebhook(body, headers, secret, { nowMs, toleranceSeconds: 301 })).toEqual(event);
  });
});

describe('verifyWebhook()', () => {
  const rotating = signatureHeaders({ id: 'dlv_1', timestampSeconds: nowSeconds, body, secrets: [secret, former] });

  it.each([
    ['the new secret', secret],
    ['the former secret', former],
  ])('takes %s during a rotation, beside versions that it does not know', async (_, known) => {
    const headers = { ...rotating, 'webhook-signature': `v1a,AAAA v2 ${rotating['webhook-signature']}` };
    expect(await verifyWebhook(body, headers, known)).toEqual(event);
  });

  it('says so where the secret is none', async () => {
    for (const known of ['', 'whsec_', 'whsec_?'])
      await expect(verifyWebhook(body, rotating, known)).rejects.toThrow('Cannot verify with this secret');
  });
});
