import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamo } from '../../lambdas/aws/clients.ts';
import { env } from '../../lambdas/env.ts';
import { addEndpoint, changeEndpoint, showEndpoint, showEndpoints } from '../../lambdas/webhooks/endpoints.ts';
import { rotateEndpointSecret, rotateSigningSecret, showSigningSecret } from '../../lambdas/webhooks/secrets.ts';
import { openWebhookStage, type WebhookStage } from './webhook-stage.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: { echo: {} } } }));

let stage: WebhookStage;
beforeAll(async () => {
  stage = await openWebhookStage();
});
afterAll(() => stage.stop());

const body = {
  url: 'http://localhost:9/hook',
  types: ['echo'],
  headers: { Authorization: 'Bearer top-secret' },
};

async function everythingKept(): Promise<string> {
  return JSON.stringify((await dynamo().send(new ScanCommand({ TableName: env('TABLE_NAME') }))).Items);
}

it('whoever reads the table sees no secret and no header of an endpoint', async () => {
  const { id, secret } = await addEndpoint('a', body);
  const rotated = await rotateEndpointSecret('a', id, {});
  const signing = await showSigningSecret('a');
  const replaced = await rotateSigningSecret('a', {});
  const kept = await everythingKept();
  for (const text of [secret, rotated.secret, signing.secret, replaced.secret])
    expect(kept).not.toContain(text.slice('whsec_'.length));
  expect(kept).not.toContain('top-secret');
  expect((await showEndpoint('a', id)).headers).toEqual(body.headers);
});

it('the signing secret of a tenant is one, whoever asks first, and another after its rotation', async () => {
  const [one, two] = await Promise.all([showSigningSecret('b'), showSigningSecret('b')]);
  expect(one).toEqual(two);
  const { secret, overlapUntil } = await rotateSigningSecret('b', { overlapSeconds: 60 });
  expect(await showSigningSecret('b')).toEqual({ secret, overlapUntil });
  expect(secret).not.toBe(one.secret);
  expect((await showSigningSecret('c')).secret).not.toBe(secret);
});

describe('changeEndpoint()', () => {
  it('leaves what is left out, and takes away what is null', async () => {
    const { secret: _, ...made } = await addEndpoint('d', { ...body, description: 'x' });
    expect(await changeEndpoint('d', made.id, { enabled: false })).toEqual({ ...made, enabled: false });
    const { types: _t, headers: _h, ...rest } = made;
    expect(await changeEndpoint('d', made.id, { types: null, headers: null })).toEqual({ ...rest, enabled: false });
  });

  it('loses nothing where two come at the same time', async () => {
    const { id } = await addEndpoint('e', body);
    await Promise.all([
      changeEndpoint('e', id, { description: 'one' }),
      changeEndpoint('e', id, { events: ['job.*'] }),
      rotateEndpointSecret('e', id, {}),
    ]);
    expect(await showEndpoint('e', id)).toMatchObject({ description: 'one', events: ['job.*'] });
  });

  it('finds no other tenant’s endpoint', async () => {
    const { id } = await addEndpoint('f', body);
    await expect(changeEndpoint('g', id, { enabled: false })).rejects.toMatchObject({ code: 'not-found' });
    await expect(showEndpoint('g', id)).rejects.toMatchObject({ code: 'not-found' });
    expect((await showEndpoints('g', {})).items).toEqual([]);
  });
});

it('of many that come at the same time no more than 50 are kept', async () => {
  const made = await Promise.allSettled(Array.from({ length: 60 }, () => addEndpoint('h', { url: body.url })));
  const { items } = await showEndpoints('h', { limit: 100 });
  expect(items.length).toBeLessThanOrEqual(50);
  expect(items).toHaveLength(made.filter(({ status }) => status === 'fulfilled').length);
});
