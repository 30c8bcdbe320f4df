import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Route } from 'playwright-core';
import { look } from './look.ts';
import { codeOf, goTo, openType, patienceMs, stateOf, submit, until, type Walk, waitForStatus } from './walk.ts';

/** Rows of a CSV that takes its profile some seconds. */
const largeCsvRows = 200_000;

/** Drops a CSV on the form, and sees its profile come with a bar that moves. */
export async function walkCsv({ page }: Walk): Promise<void> {
  await openType(page, 'csv-profile');
  await look(page, 'type-csv-profile');
  await drop(page, largeCsvRows);
  await page.getByText('uploaded').waitFor({ timeout: patienceMs });
  await look(page, 'type-csv-profile-uploaded');
  await submit(page);
  const bar = page.getByRole('progressbar', { name: 'Progress of the job' });
  const seen = new Set<string>();
  await until('the job is done', async () => {
    const percent = await bar.getAttribute('aria-valuenow').catch(() => null);
    if (percent !== null) seen.add(percent);
    return (await stateOf(page).getByText('Succeeded').count()) > 0;
  });
  assert.ok(seen.size >= 3, `the bar moved, it was seen at ${[...seen].join(', ')}`);
  await until('the output is there', async () => (await page.getByRole('region', { name: 'the output' }).count()) > 0);
  const output = JSON.parse(await codeOf(page, 'the output'));
  assert.equal(output.rows, largeCsvRows);
  await page.getByText('Run 1 began').waitFor();
  await look(page, 'job-succeeded');
}

/** What is typed while a file is on its way stays; a file that does not arrive is not said to be there. */
export async function walkUpload({ page }: Walk): Promise<void> {
  await openType(page, 'csv-profile');
  const held = Promise.withResolvers<void>();
  const holdUpload = async (route: Route) => {
    if (route.request().method() === 'PUT') await held.promise;
    await route.continue();
  };
  await page.route('**/*', holdUpload);
  await drop(page, 10);
  await page.getByText('uploading…').waitFor();
  await page.getByLabel('delimiter').fill(';');
  held.resolve();
  await page.getByText('· uploaded').waitFor();
  assert.equal(await page.getByLabel('delimiter').inputValue(), ';', 'what was typed meanwhile is still there');
  await page.unroute('**/*', holdUpload);

  await page.getByRole('button', { name: 'Remove' }).click();
  await page.route('**/*', cutUpload);
  await drop(page, 10);
  await page.getByText('That did not work').waitFor();
  assert.equal(await page.getByText('· uploaded').count(), 0, 'a file that did not arrive is not said to be uploaded');
  assert.equal(
    await page.getByLabel('csv', { exact: true }).inputValue(),
    '',
    'there is room for text or another file',
  );
  await page.unroute('**/*', cutUpload);
}

const cutUpload = (route: Route) => (route.request().method() === 'PUT' ? route.abort() : route.continue());

/** Drops a file as the desktop would. */
async function drop(page: Walk['page'], rows: number): Promise<void> {
  const [head = '', ...sample] = readFileSync('examples/orders.csv', 'utf8').trim().split('\n').slice(0, 200);
  const lines = JSON.stringify(sample.filter((line) => !line.includes('"')));
  const script = `(() => {
    const lines = ${lines};
    const rows = Array.from({ length: ${rows} }, (_, index) => lines[index % lines.length]);
    const data = new DataTransfer();
    data.items.add(new File([[${JSON.stringify(head)}, ...rows].join('\\n')], 'orders.csv', { type: 'text/csv' }));
    return data;
  })()`;
  const dataTransfer = await page.evaluateHandle(script);
  await page.getByRole('group', { name: 'csv, drop a file here' }).dispatchEvent('drop', { dataTransfer });
}

/** Fills in a form wrongly, then follows a countdown, and cancels another. */
export async function walkCountdown({ page }: Walk): Promise<void> {
  await openType(page, 'countdown');
  await page.getByLabel('steps').fill('5000');
  await page.getByLabel('intervalMs').fill('soon');
  await page.getByRole('button', { name: 'Submit job' }).click();
  await page.getByText('Must be a number').waitFor();
  await page.getByLabel('intervalMs').fill('400');
  await page.getByRole('button', { name: 'Submit job' }).click();
  await page.locator('#field-input-steps-faults').waitFor();
  assert.equal(
    await page.getByLabel('steps').getAttribute('aria-invalid'),
    'true',
    'the server’s fault is at its field',
  );
  await until(
    'the first wrong field has the focus',
    async () => (await page.evaluate('document.activeElement.id')) === 'field-input-steps',
  );
  await look(page, 'type-countdown-refused');

  await page.getByLabel('steps').fill('8');
  await submit(page);
  await page.getByText(/parts? so far/).waitFor({ timeout: patienceMs });
  await waitForStatus(page, 'Succeeded');
  assert.equal((await codeOf(page, 'the partial output')).trim().split('\n').length, 8);

  await page.getByRole('link', { name: 'Submit another' }).click();
  await until('the form has the same input', async () => (await page.getByLabel('steps').inputValue()) === '8');
  await page.getByLabel('steps').fill('1000');
  await submit(page);
  await waitForStatus(page, 'Running');
  await page.getByText(/parts? so far/).waitFor({ timeout: patienceMs });
  await look(page, 'job-running');
  await page.getByRole('button', { name: 'Cancel job' }).click();
  await waitForStatus(page, 'Canceled');
  await page.getByRole('button', { name: 'Retry' }).waitFor();
  await look(page, 'job-canceled');
}

/** The list, its filters and its pages. */
export async function walkJobs({ page }: Walk): Promise<void> {
  await openType(page, 'link-check');
  await look(page, 'type-link-check');
  await goTo(page, 'Jobs');
  await page.getByRole('table', { name: 'Jobs' }).waitFor();
  await look(page, 'jobs');
  await page.getByLabel('Status').selectOption('canceled');
  await page.waitForURL(/status=canceled/);
  await page.getByRole('cell', { name: 'Canceled' }).first().waitFor();
  await until(
    'only canceled jobs are listed',
    async () => (await page.getByRole('cell', { name: 'Succeeded' }).count()) === 0,
  );
  await page.goBack();
  await until('all are listed again', async () => (await page.getByRole('cell', { name: 'Succeeded' }).count()) > 0);
  await page.route(/\/v1\/jobs\?/, answerLate);
  await page.reload();
  // The list is loaded again each 4 s: that must not end the load before, or it would never be shown.
  await page.getByRole('table', { name: 'Jobs' }).waitFor();
  await page.unroute(/\/v1\/jobs\?/, answerLate);
}

async function answerLate(route: Route): Promise<void> {
  await delay(6_000);
  // Whoever asked may have left.
  await route.continue().catch(() => undefined);
}

/** An output that is too large for the job's record is not shown, but saved whole. */
export async function walkLargeOutput({ page }: Walk): Promise<void> {
  const text = 'x'.repeat(80_000);
  await openType(page, 'echo');
  await page.getByLabel('value').fill(JSON.stringify(text));
  await submit(page);
  await waitForStatus(page, 'Succeeded');
  await page.getByText('It is too large to be shown here.').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as a file' }).click(),
  ]);
  assert.deepEqual(JSON.parse(readFileSync(await download.path(), 'utf8')), { value: text });
}
