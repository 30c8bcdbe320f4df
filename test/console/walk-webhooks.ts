import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { look } from './look.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { codeOf, goTo, openType, submit, until, type Walk, waitForStatus } from './walk.ts';

/** An endpoint is created, tested, rotated, sees a delivery fail, redelivers and recovers it, and is changed and deleted. */
export async function walkWebhooks(walk: Walk): Promise<void> {
  const receiver = await startReceiver();
  try {
    await create(walk, receiver);
    await test(walk, receiver);
    await rotate(walk, receiver);
    await redeliver(walk, receiver);
    await change(walk);
  } finally {
    receiver.close();
  }
}

async function create({ page }: Walk, receiver: Receiver): Promise<void> {
  await goTo(page, 'Webhooks');
  await page.getByRole('button', { name: 'Add an endpoint' }).click();
  await page.getByLabel('URL').fill('ftp://example.com/hooks');
  await page.getByRole('button', { name: 'Create endpoint' }).click();
  await page.locator('#endpoint-url-faults').waitFor();
  await look(page, 'webhook-new');
  await page.getByLabel('URL').fill(receiver.url);
  await page.getByLabel('Description').fill('Orders');
  await page.getByRole('button', { name: 'Create endpoint' }).click();
  await page.getByText('Keep this secret now').waitFor();
  assert.match(await codeOf(page, 'the signing secret'), /^whsec_/);
  await look(page, 'webhooks');
  await page.getByRole('link', { name: receiver.url }).click();
  await page.getByRole('heading', { name: 'Webhook endpoint' }).waitFor();
}

async function test({ page }: Walk, receiver: Receiver): Promise<void> {
  await page.getByRole('button', { name: 'Send a test' }).click();
  await until('the test has come', () => receiver.received.length === 1);
  await page.getByText('Delivered', { exact: true }).waitFor();
  await page.getByText('webhook.test').click();
  await page.getByText('Thank you').first().waitFor();
  await page.getByText('Request', { exact: true }).click();
  assert.match(
    await codeOf(page, 'the request'),
    new RegExp(`webhook-id: ${receiver.received[0]?.headers['webhook-id']}`),
  );
  await look(page, 'webhook');
}

async function rotate({ page }: Walk, receiver: Receiver): Promise<void> {
  await page.getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByText('Keep this secret now').waitFor();
  const secret = await codeOf(page, 'the signing secret');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await until('the second test has come', () => receiver.received.length === 2);
  const { body = '', headers = {} } = receiver.received[1] ?? {};
  new Webhook(secret).verify(body, headers as Record<string, string>);
}

/** The receiver breaks, a delivery fails there, it is mended, and gets the delivery again. */
async function redeliver({ page }: Walk, receiver: Receiver): Promise<void> {
  receiver.answer(500, 'I am broken');
  const address = page.url();
  await openType(page, 'echo');
  await page.getByLabel('value').fill('"for the webhook"');
  await submit(page);
  await waitForStatus(page, 'Succeeded');
  await until('the webhook has come', () => receiver.received.length >= 3);
  const deliveries = page.getByRole('region', { name: 'Webhook deliveries' });
  await deliveries.getByText('job.succeeded').click();
  await deliveries.getByText('I am broken').first().waitFor();
  await look(page, 'job-with-delivery');

  receiver.answer(200, 'Mended');
  const before = receiver.received.length;
  await page.goto(address);
  await page.getByRole('region', { name: 'Recent deliveries' }).getByText('job.succeeded').first().click();
  await page.getByRole('button', { name: 'Redeliver' }).click();
  await until('it has come again', () => receiver.received.length > before);
  assert.equal(receiver.received.at(-1)?.headers['webhook-id'], receiver.received[2]?.headers['webhook-id']);
  await page.getByText('Mended').first().waitFor();
  await page.getByRole('button', { name: 'Recover' }).click();
  await page.getByText(/sent again|Nothing has failed/).waitFor();
  await look(page, 'webhook-redelivered');
}

async function change({ page }: Walk): Promise<void> {
  await page.getByLabel('Description').fill('Orders of the south');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByText('Orders of the south').first().waitFor();
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: 'Enable' }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Send a test' }).isDisabled());
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').waitFor();
  await look(page, 'webhook-delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'Webhooks' }).waitFor();
  await page.getByText('There is none yet.').waitFor();
}
