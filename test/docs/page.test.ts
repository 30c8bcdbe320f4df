import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parsePage, readPage, readPages, root } from './page.ts';

const pages = readPages();
const help = spawnSync(process.execPath, [join(root, 'client/cli/jobwire.ts'), '--help'], { encoding: 'utf8' }).stdout;
const commands = [...help.matchAll(/^ {2}([a-z-]+(?: [a-z-]+)*)(?= +[<[]| {2,})/gm)].map(([, name = '']) => name);
const linked = [...pages, ...['protocol/PROTOCOL.md', 'bench/results.md'].map(readPage)];

describe('parsePage()', () => {
  const text = [
    '# A page, of *sorts*',
    '<!-- prints: one -->',
    '<!-- prints: two -->',
    '',
    '```sh',
    'echo one two',
    '```',
    '- in a list:',
    '',
    '  <!-- not run: it would wait -->',
    '  ```ts',
    '  // jobs/a.ts',
    '  export {};',
    '  ```',
    '',
    '[there](there.md#here) <img src="a.svg">',
    '## A page, of sorts',
    '```text',
    '<!-- not run: inside of another block -->',
    '```',
  ].join('\n');
  const page = parsePage('x.md', text);

  it('finds blocks wherever they stand, with the comments before them', () => {
    expect(page.blocks).toEqual([
      { page: 'x.md', line: 5, language: 'sh', text: 'echo one two', marks: { prints: ['two', 'one'] } },
      {
        page: 'x.md',
        line: 11,
        language: 'ts',
        file: 'jobs/a.ts',
        text: '// jobs/a.ts\nexport {};',
        marks: { prints: [], notRun: 'it would wait' },
      },
      expect.objectContaining({ line: 18, language: 'text', marks: { prints: [] } }),
    ]);
  });

  it('finds links, pictures and what they may lead to', () => {
    expect(page.links.map(({ target }) => target)).toEqual(['there.md#here', 'a.svg']);
    expect([...page.anchors]).toEqual(['a-page-of-sorts', 'a-page-of-sorts-1']);
  });
});

test.each(linked)('$path leads to nothing that is not there', ({ path, links }) => {
  const broken = links.flatMap(({ target, line }) => {
    const fault = faultOf(path, target);
    return fault === undefined ? [] : [`${path}:${line}: ${target} ${fault}`];
  });
  expect(broken).toEqual([]);
});

function faultOf(path: string, target: string): string | undefined {
  if (/^(https?|mailto):/.test(target)) return undefined;
  const [file = '', anchor] = target.split('#');
  const place = file === '' ? path : normalize(join(dirname(path), decodeURI(file)));
  if (!existsSync(join(root, place))) return `there is no ${place}`;
  if (anchor === undefined) return undefined;
  if (!place.endsWith('.md')) return undefined;
  return readPage(place).anchors.has(anchor) ? undefined : `${place} has no heading #${anchor}`;
}

test.each(pages)(
  '$path begins no line of a paragraph with a mark: Markdown would end the paragraph there',
  ({ path }) => {
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    expect(lines.filter((line) => /^\s*<!-- (figure|limit): /.test(line))).toEqual([]);
  },
);

test.each(pages)('$path names no npm script that is not there', ({ code }) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = code.join('\n').matchAll(/\bnpm run (?:--?\S+ )*([a-z][\w:-]*)/g);
  expect([...named].map(([, script = '']) => script).filter((script) => !(script in scripts))).toEqual([]);
});

test.each(pages)('$path names no command of jobwire that is not there', ({ code }) => {
  const named = code.join('\n').matchAll(/\bnpm run (?:--silent )?jobwire -- ([a-z][a-z- ]*[a-z])/g);
  // A word that follows may be an argument: `submit countdown`.
  const isKnown = (words: string) => commands.some((name) => words === name || words.startsWith(`${name} `));
  expect([...named].map(([, words = '']) => words).filter((words) => !isKnown(words))).toEqual([]);
});

test('every page of docs/ can be reached from docs/README.md', () => {
  const index = pages.find(({ path }) => path === 'docs/README.md');
  const reached = index?.links.map(({ target }) => normalize(join('docs', target.split('#')[0] ?? '')));
  const missing = pages.filter(({ path }) => /^docs\/(?!README)/.test(path) && !reached?.includes(path));
  expect(missing.map(({ path }) => path)).toEqual([]);
});
