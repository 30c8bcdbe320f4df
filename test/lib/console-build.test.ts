import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildConsole } from '../../lib/console-build.ts';

const root = join(import.meta.dirname, '../..');
const maxGzippedBytes = 60_000;
let directory: string;
let files: string[];

beforeAll(async () => {
  directory = await buildConsole(root);
  files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(directory, name)).isFile(),
  );
});

const read = (name: string) => readFileSync(join(directory, name));

describe('buildConsole()', () => {
  test('makes one document, one script and one sheet of styles, and keeps them small', () => {
    const kinds = files.map((name) => name.replace(/-[\w-]+\./, '.')).toSorted();
    expect(kinds).toEqual(['assets/index.css', 'assets/index.js', 'favicon.svg', 'index.html']);
    const bytes = files.reduce((sum, name) => sum + gzipSync(read(name)).length, 0);
    expect(bytes).toBeLessThan(maxGzippedBytes);
  });

  test('leaves nothing inline, and names no other origin to load from', () => {
    const html = read('index.html').toString();
    expect(html).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=/);
    expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toSatisfy(
      (addresses: string[]) => addresses.length > 2 && addresses.every((address) => /^\/[^/]/.test(address)),
    );
    const script = files.find((name) => name.endsWith('.js')) ?? '';
    expect(read(script).toString()).not.toMatch(/\beval\(|new Function\(/);
  });

  test('finds what it has built before', async () => {
    const builtMs = statSync(directory).mtimeMs;
    expect(await buildConsole(root)).toBe(directory);
    expect(statSync(directory).mtimeMs).toBe(builtMs);
  });
});
