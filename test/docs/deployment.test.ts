import { expect, test } from 'vitest';
import { contextSettings } from '../../lib/context-settings.ts';
import { readPages } from './page.ts';

const pages = readPages();

/** What names the place and not what is there. */
const harmless = new Set(['account']);

test('no page deploys a setting from the command line: the next deployment would leave it out, and so switch it off', () => {
  const settings = Object.keys(contextSettings).filter((name) => !harmless.has(name));
  const found = pages.flatMap(({ path, code }) =>
    code
      .filter((text) => /\bcdk (deploy|diff)\b/.test(text))
      .flatMap((text) => settings.filter((name) => new RegExp(`(-c|--context)[ =]${name}=`).test(text)))
      .map((name) => `${path}: ${name}`),
  );
  expect(found).toEqual([]);
});
