// `npm run figures`: puts the bench's figures and the protocol's limits into the pages that speak of them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFigures } from './figures.ts';

const root = join(import.meta.dirname, '..');
const results = readFileSync(join(root, 'bench/results.md'), 'utf8');
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => join('docs', file));

for (const page of ['README.md', ...pages]) {
  const text = readFileSync(join(root, page), 'utf8');
  const current = withFigures(text, results);
  if (current === text) continue;
  writeFileSync(join(root, page), current);
  console.log(`Changed: ${page}`);
}
