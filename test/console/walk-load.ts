import { look } from './look.ts';
import { goTo, type Walk } from './walk.ts';

/** What waits and runs, in figures. */
export async function walkLoad({ page }: Walk): Promise<void> {
  await goTo(page, 'Load');
  await page.getByRole('img', { name: /In the last 30 minutes \d+ came in/ }).waitFor();
  await page.getByRole('table', { name: 'Load by job type' }).waitFor();
  await look(page, 'load');
}
