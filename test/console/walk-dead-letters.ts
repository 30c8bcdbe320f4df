import assert from 'node:assert/strict';
import { look } from './look.ts';
import { goTo, openType, submit, until, type Walk, waitForStatus } from './walk.ts';

/** A job that dies in each of its runs: begun early, for that takes it a while. */
export async function submitCrash({ page }: Walk): Promise<string> {
  await openType(page, 'crash');
  await page.getByLabel('mode').selectOption('"late-throw"');
  return submit(page);
}

/** Finds the dead letter of `job`, redrives it, and clears what is left. */
export async function walkDeadLetters({ page, console }: Walk, job: string): Promise<void> {
  await page.goto(`${console}jobs/${job}`);
  await waitForStatus(page, 'Failed');
  await page.getByText('runs-exhausted').waitFor();
  await page.getByText('Every run failed.').waitFor();
  await look(page, 'job-failed');

  await goTo(page, 'Dead letters');
  await page.getByLabel(`Choose ${job}`).check();
  await look(page, 'dead-letters');
  await page.getByRole('button', { name: 'Redrive 1 job' }).click();
  await page.getByText('1 new job made').waitFor();
  await until('it has left the list', async () => (await page.getByLabel(`Choose ${job}`).count()) === 0);
  await page.getByRole('status').getByRole('link').click();
  await page.waitForURL(/\/jobs\/job_/);
  await page.getByText('Retry of').waitFor();
  assert.ok(!page.url().includes(job), 'redriving makes a new job');
}
