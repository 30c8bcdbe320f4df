import assert from 'node:assert/strict';
import { look } from './look.ts';
import { goTo, type Walk } from './walk.ts';

/** In with a key, out again, and in by the link that `npm start` prints. */
export async function walkSignIn({ page, console, key }: Walk): Promise<void> {
  await page.goto(console);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await look(page, 'sign-in');
  await page.getByLabel('API key or access token').fill('jw_local_nobody');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This key is unknown, revoked or expired.').waitFor();
  await look(page, 'sign-in-refused');
  await page.getByLabel('API key or access token').fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Job types' }).waitFor();
  await look(page, 'types');

  await walkOutage(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal(await page.evaluate('sessionStorage.length'), 0, 'nothing is kept after signing out');

  await walkDeployedLink({ page, console, key });
  await page.goto(`${console}#key=${key}`);
  await page.getByRole('heading', { name: 'Job types' }).waitFor();
  assert.ok(!page.url().includes(key), 'the key is gone from the address');
  assert.equal(await page.evaluate('localStorage.length'), 0, 'the key is in this tab alone');

  await walkThemes(page);
  await walkByKeyboard(page);
  await goTo(page, 'API');
  await page.getByRole('link', { name: 'API reference' }).waitFor();
  await look(page, 'api');
  await page.goto(`${console}nowhere/at/all`);
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
}

/** A reload while the service is away keeps the key: it is tried again. */
async function walkOutage(page: Walk['page']): Promise<void> {
  const service = /\/v1(\/|$)/;
  await page.route(service, (route) => route.abort());
  await page.reload();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await look(page, 'service-away');
  await page.unroute(service);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Job types' }).waitFor();
}

/** A deployed console takes no key from a link, which could be anybody's; it is gone from the address all the same. */
async function walkDeployedLink({ page, console, key }: Walk): Promise<void> {
  await page.route('**/config.json', async (route) => {
    const response = await route.fetch();
    const { local: _, ...config } = await response.json();
    await route.fulfill({ json: config });
  });
  await page.goto('about:blank');
  await page.goto(`${console}#key=${key}`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.ok(!page.url().includes(key), 'the key is gone from the address');
  await page.unroute('**/config.json');
  await page.goto('about:blank');
}

async function walkThemes(page: Walk['page']): Promise<void> {
  const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('radio', { name: 'Dark' }).check();
  const dark = await ground();
  await page.getByRole('radio', { name: 'Light' }).check();
  assert.notEqual(await ground(), dark, 'the switch changes the theme');
  await page.getByRole('radio', { name: 'Auto' }).check();
}

/** By keyboard past the navigation, and along it. */
async function walkByKeyboard(page: Walk['page']): Promise<void> {
  await page.getByRole('link', { name: 'Skip to the page' }).focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate('document.activeElement.id'), 'main');
  await page.getByRole('link', { name: 'Jobs', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Jobs', 'the new page’s title has the focus');
}
