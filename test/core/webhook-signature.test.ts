import { randomBytes } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it, test } from 'vitest';
import { signatureHeaders, webhookSecret } from '../../lambdas/core/webhook-signature.ts';

const secret = webhookSecret(randomBytes(32));
const former = webhookSecret(randomBytes(32));
const body = '{"text":"schöne Grüße, \\u0000 \u{1f600}","id":"evt_1"}';
const now = () => Math.floor(Date.now() / 1000);
const headersOf = (secrets: string[], timestampSeconds = now()) =>
  signatureHeaders({ id: 'dlv_1', timestampSeconds, body, secrets });

const libraries = { standardwebhooks: StandardWebhook, svix: SvixWebhook };

describe.each(Object.entries(libraries))('signatureHeaders() by %s', (_, Webhook) => {
  it('verify', () => {
    expect(() => new Webhook(secret).verify(body, headersOf([secret]))).not.toThrow();
  });

  it.each([
    ['the new secret', secret],
    ['the former secret', former],
  ])('verify with %s during a rotation', (_name, known) => {
    expect(() => new Webhook(known).verify(body, headersOf([secret, former]))).not.toThrow();
  });

  it.each([
    ['another secret', webhookSecret(randomBytes(32)), body, {}],
    ['another body', secret, `${body} `, {}],
    ['another id', secret, body, { 'webhook-id': 'dlv_2' }],
    ['another time', secret, body, { 'webhook-timestamp': String(now() - 1) }],
  ])('are refused with %s', (_name, known, text, changed) => {
    expect(() => new Webhook(known).verify(text, { ...headersOf([secret]), ...changed })).toThrow();
  });

  it('are refused when they are older than five minutes', () => {
    expect(() => new Webhook(secret).verify(body, headersOf([secret], now() - 301))).toThrow();
  });
});

test('webhookSecret() has the form of Standard Webhooks', () => {
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(() => webhookSecret(randomBytes(16))).toThrow('Cannot make a webhook secret of 16 bytes');
});
