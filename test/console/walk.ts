import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** What every walk through the console is given. */
export interface Walk {
  page: Page;
  /** The console's address. */
  console: string;
  key: string;
}

/** What the walk waits for: much of it is the work of a machine that does other work beside. */
export const patienceMs = 45_000;

/** Follows a link of the main navigation. */
export async function goTo(page: Page, title: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

/** Opens the form of a job type. */
export async function openType(page: Page, name: string): Promise<void> {
  await goTo(page, 'Job types');
  await page.getByRole('link', { name }).first().click();
  await page.getByRole('button', { name: 'Submit job' }).waitFor();
}

/** Submits the form, and gives the id of the job whose page it leads to. */
export async function submit(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Submit job' }).click();
  await page.waitForURL(/\/jobs\/job_/);
  return new URL(page.url()).pathname.split('/')[2] ?? '';
}

/** Waits until the job of the page has a status, in the word that the page has for it. */
export async function waitForStatus(page: Page, word: string): Promise<void> {
  await stateOf(page).getByText(word, { exact: true }).waitFor({ timeout: patienceMs });
}

export function stateOf(page: Page): Locator {
  return page.getByRole('region', { name: 'State' });
}

/** The text of a region of code by its name. */
export async function codeOf(page: Page, name: string): Promise<string> {
  return (await page.getByRole('region', { name, exact: true }).first().textContent()) ?? '';
}

/** Waits until `probe` answers true. */
export async function until(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await probe())) {
    assert.ok(performance.now() < deadlineMs, `Cannot wait longer until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
