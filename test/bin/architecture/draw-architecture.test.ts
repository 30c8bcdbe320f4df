import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawArchitecture } from '../../../bin/architecture/draw-architecture.ts';

const root = join(import.meta.dirname, '../../..');

test('docs/architecture.svg is what `npm run picture` draws of the stack as it is', { timeout: 180_000 }, async () => {
  const kept = readFileSync(join(root, 'docs/architecture.svg'), 'utf8');
  expect(await drawArchitecture(root)).toBe(kept);
});
