import assert from 'node:assert/strict';
import { look } from './look.ts';
import { goTo, patienceMs, until, type Walk } from './walk.ts';

const channels = ['Polling', 'Long poll', 'SSE', 'WebSocket', 'GraphQL'];

/** One job by five channels: each hears of every part, and the push channels before those that poll. */
export async function walkChannels({ page }: Walk): Promise<void> {
  await goTo(page, 'Channels');
  await look(page, 'channels-start');
  await page.getByRole('button', { name: 'Start a countdown' }).click();
  await page.getByRole('heading', { name: 'Channels side by side' }).waitFor();
  await until('half of the steps have been heard', async () => (await page.getByText('job.output').count()) >= 8);
  await look(page, 'channels');
  await until(
    'every channel is at the end',
    async () => (await page.getByText('at the end').count()) === channels.length,
  );
  const last = page.getByRole('row').filter({ hasText: 'job.succeeded' });
  await last.waitFor({ timeout: patienceMs });
  const heard = await last.getByRole('cell').allTextContents();
  assert.ok(!heard.some((text) => text === '–'), `every channel heard of the end: ${heard.join(' | ')}`);
}
