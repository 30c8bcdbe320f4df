import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { bundleOptions, mapOptions } from '../../lib/bundle.ts';
import { locateStack } from '../../lib/locate-stack.ts';

const root = mkdtempSync(join(tmpdir(), 'jobwire-locate-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('locateStack() names the lines of the sources that a stack of a minified bundle came from', async () => {
  mkdirSync(join(root, 'lambdas/core'), { recursive: true });
  writeFileSync(
    join(root, 'lambdas/core/half.ts'),
    '/** A comment that no bundle keeps. */\nexport function half(text: string): number {\n  if (text === "") throw new Error("no text");\n  return text.length / 2;\n}\n',
  );
  writeFileSync(
    join(root, 'lambdas/submit.ts'),
    'import { half } from "./core/half.ts";\n\nexport const handler = (): number => {\n  const unused: string[] = [];\n  return half(unused.join(""));\n};\n',
  );
  const directory = join(root, 'functions/submit');
  const outfile = join(directory, 'index.js');
  await build({ ...bundleOptions, ...mapOptions, entryPoints: [join(root, 'lambdas/submit.ts')], outfile });
  expect(readFileSync(outfile, 'utf8')).not.toContain('sourceMappingURL');

  const script = `try { require(${JSON.stringify(outfile)}).handler() } catch ({ stack }) { console.log(stack) }`;
  const stack = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stack).not.toContain('.ts');
  const map = JSON.parse(readFileSync(`${outfile}.map`, 'utf8'));
  // As it stands in a log of Lambda.
  const logged = stack.replaceAll(directory, '/var/task');
  const located = locateStack(logged, { map, directory, root });
  expect(located).toMatch(
    /^Error: no text\n {4}at \S+ \(lambdas\/core\/half\.ts:3:\d+\)\n {4}at \S+ \(lambdas\/submit\.ts:5:\d+\)/,
  );
});
