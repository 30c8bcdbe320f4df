import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Git ignores it; CI keeps it. */
export const screenshots = join(import.meta.dirname, '../../build/screenshots');

const desktop = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

const isBad = ({ impact }: { impact?: string | null | undefined }) => impact === 'serious' || impact === 'critical';

/** What axe finds serious, over all pages that were looked at. */
export const findings: string[] = [];
/** The pages that were looked at. */
export const looks: string[] = [];

/** Looks at the page as it is in both themes and on a phone: a picture of each, and what axe says of it. */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  looks.push(name);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`), fullPage: true });
    await examine(page, `${name}, ${colorScheme}`);
  }
  await page.setViewportSize(phone);
  await page.screenshot({ path: join(screenshots, `${name}-phone-dark.png`), fullPage: true });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.screenshot({ path: join(screenshots, `${name}-phone-light.png`), fullPage: true });
  await examine(page, `${name}, phone`);
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  if (Number(overflow) > 0) findings.push(`${name}, phone: ${overflow} pixels stand out at the side`);
  await page.setViewportSize(desktop);
}

async function examine(page: Page, place: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  for (const { id, help, nodes } of violations.filter(isBad)) {
    findings.push(`${place}: ${id} (${help}) at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }
}
