import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFigures } from '../../bin/figures.ts';
import { retryPausesMs } from '../../lambdas/core/delivery-schedule.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { parseTypeLimits } from '../../lib/type-limits.ts';
import { limits } from '../../protocol/limits.ts';
import { readPages, root } from './page.ts';

const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const results = textOf('bench/results.md');
const marked = readPages()
  .map(({ path }) => path)
  .filter((path) => path === 'README.md' || path.startsWith('docs/'));

test.each(marked)('%s has the figures and limits of now: `npm run figures` puts them there', (path) => {
  const text = textOf(path);
  expect(withFigures(text, results)).toBe(text);
});

test('docs/limits.md names every limit once, beside its value', () => {
  const rows = textOf('docs/limits.md').split('\n');
  const counts = Object.keys(limits).map((name) => {
    const mine = rows.filter((row) => row.includes(`\`${name}\``) && row.includes(`<!-- limit: ${name} -->`));
    return [name, mine.length];
  });
  expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
});

test("docs/job-types.md has each of a type's limits as the code has it", () => {
  const rows = [...textOf('docs/job-types.md').matchAll(/^\| `(\w+)` \| ([\d,]+) \| ([\d,]+) to ([\d,]+) \|/gm)];
  const numbers = rows.map(
    ([, name = '', ...rest]) => [name, ...rest.map((one) => Number(one.replace(',', '')))] as const,
  );
  expect(numbers.map(([name]) => name).toSorted()).toEqual(Object.keys(defaultLimits).toSorted());
  for (const [name, value, min = 0, max = 0] of numbers) {
    expect([name, value]).toEqual([name, defaultLimits[name as keyof typeof defaultLimits]]);
    // Batch and pauses as they must be for the others' extremes.
    const others = { batch: 1, backoffSeconds: 1, timeoutSeconds: 1, maxBackoffSeconds: 900 };
    const parse = (limit: number) =>
      parseTypeLimits({ ...others, [name]: limit }, { path: 'jobs/x.ts', ordered: false, defaults: defaultLimits });
    for (const limit of [min, max]) expect(parse(limit), `${name} ${limit}`).toMatchObject({ [name]: limit });
    for (const limit of [min - 1, max + 1]) expect(() => parse(limit), `${name} ${limit}`).toThrow(name);
  }
});

test('docs/webhooks.md has the pauses between attempts as the code has them', () => {
  const [, pauses = ''] = /tried again after ((?:\d+ (?:s|min|h)(?:, )?)+)/.exec(textOf('docs/webhooks.md')) ?? [];
  const units: Record<string, number> = { s: 1_000, min: 60_000, h: 3_600_000 };
  const told = pauses.matchAll(/(\d+) (\w+)/g).map(([, count, unit = '']) => Number(count) * (units[unit] ?? 0));
  expect([...told]).toEqual(retryPausesMs);
});
