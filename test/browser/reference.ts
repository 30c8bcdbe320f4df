import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { LocalState } from '../../dev/state-file.ts';

/** The API reference, as a browser shows it: it asks nothing of the network, and a job is submitted from it. */
export async function checkReference(browser: Browser, { console: home }: LocalState): Promise<string> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme });
    const faults: string[] = [];
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== new URL(home).origin) faults.push(`asked ${request.url()}`);
    });
    page.on('pageerror', (error) => faults.push(error.message));
    // What the page's own policy refused is told here.
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));

    await page.goto(`${home}reference`);
    const operation = page.locator('#operations-jobs-submitJob');
    await operation.locator('.opblock-summary-control').click();
    // The sample key would stand for another body by the second time.
    await operation.locator('input[placeholder="Idempotency-Key"]').fill('');
    await operation.locator('.execute').click();
    const answer = operation.locator('.live-responses-table tbody .response-col_status').first();
    assert.match((await answer.textContent({ timeout: 40_000 })) ?? '', /^20[02]/);
    const isDark = await page.evaluate("document.documentElement.classList.contains('dark-mode')");
    assert.equal(isDark, colorScheme === 'dark');
    assert.deepEqual(faults, []);
    await page.close();
  }
  return 'a job submitted from the API reference, light and dark, off the network';
}
