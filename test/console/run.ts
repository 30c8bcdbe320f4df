// `npm run test:browser` runs it after the plain channels: a browser walks every page of the console against a local
// server of its own, axe looks at each in both themes, and pictures of all are left in build/screenshots.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { startLocalServer } from '../local-server.ts';
import { findings, looks, screenshots } from './look.ts';
import { patienceMs, type Walk } from './walk.ts';
import { walkChannels } from './walk-channels.ts';
import { submitCrash, walkDeadLetters } from './walk-dead-letters.ts';
import { walkCountdown, walkCsv, walkJobs, walkLargeOutput, walkUpload } from './walk-jobs.ts';
import { walkLoad } from './walk-load.ts';
import { walkSignIn } from './walk-sign-in.ts';
import { walkWebhooks } from './walk-webhooks.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** What the browser itself complains of: blocked by the policy, thrown by a script. A refused request is no fault of the page. */
function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  return faults;
}

async function step(name: string, walk: () => Promise<unknown>): Promise<void> {
  const beganAtMs = performance.now();
  await walk();
  console.log(`  ${name} ${((performance.now() - beganAtMs) / 1000).toFixed(1)} s`);
}

async function walkAll(walk: Walk): Promise<void> {
  await step('signed in', () => walkSignIn(walk));
  const crash = await submitCrash(walk);
  await step('a CSV dropped and profiled', () => walkCsv(walk));
  await step('a slow upload waited for, another cut off', () => walkUpload(walk));
  await step('a countdown followed, another canceled', () => walkCountdown(walk));
  await step('a large output saved', () => walkLargeOutput(walk));
  await step('jobs listed', () => walkJobs(walk));
  await step('a webhook created, tested, rotated, redelivered', () => walkWebhooks(walk));
  await step('a dead letter redriven', () => walkDeadLetters(walk, crash));
  await step('the load seen', () => walkLoad(walk));
  await step('channels compared', () => walkChannels(walk));
}

async function run(): Promise<void> {
  if (!existsSync(browserPath)) {
    console.log(`Skipped: there is no browser at ${browserPath} (Debian's package chromium; CHROMIUM names another)`);
    return;
  }
  const local = await startLocalServer();
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    const faults = collectFaults(page);
    await walkAll({ page, console: local.console, key: local.key });
    assert.deepEqual(faults, [], 'the browser has nothing to complain of');
    assert.deepEqual(findings, [], 'axe finds nothing serious');
    console.log(`Passed: ${looks.length} pages in both themes and on a phone, pictured in ${screenshots}`);
  } finally {
    await browser.close();
    await local.stop();
  }
}

await run();
