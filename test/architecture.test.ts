import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const folders = [
  'bin',
  'lib',
  'jobs',
  'protocol',
  'lambdas',
  'client',
  'console',
  'dev',
  'ops',
  'bench',
  'test',
  'examples',
];

interface Source {
  path: string;
  text: string;
  lines: number;
  /** What it imports: a path from the root, or a package, or `node:...`. */
  imports: string[];
}

const sources: Source[] = folders.flatMap(filesBelow).map((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, lines: text.trimEnd().split('\n').length, imports: importsOf(path, text) };
});

function filesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesBelow(path);
    return /\.(ts|tsx|mts|mjs|js)$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(path: string, text: string): string[] {
  const statements = text.matchAll(
    /^(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...statements].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? '';
    return name.startsWith('.') ? normalize(join(dirname(path), name)) : name;
  });
}

interface Rule {
  /** Which files it is for; the first rule that fits a file holds. */
  of: RegExp;
  /** What of the project they may import. */
  own: RegExp;
  /** Which packages and modules of Node. */
  packages: RegExp;
}

const any = /./;
const none = /^$/;

/** Who may import whom: docs/decisions.md has the table in words. */
const rules: Rule[] = [
  { of: /^(test|bench)\//, own: any, packages: any },
  { of: /^protocol\//, own: /^protocol\//, packages: none },
  { of: /^bin\//, own: /^(bin|lib|protocol)\//, packages: /^node:/ },
  {
    of: /^lib\//,
    own: /^(lib|protocol)\/|^lambdas\/env\.ts$/,
    packages: /^(node:|aws-cdk-lib\b|constructs$|esbuild$|ajv\b|ajv-formats$|zod$)/,
  },
  {
    of: /^jobs\//,
    own: /^(jobs|protocol)\/|^lambdas\/define-job\.ts$/,
    packages: /^(?!@aws-sdk\/|aws-cdk-lib|@smithy\/)/,
  },
  {
    of: /^lambdas\/core\//,
    own: /^(lambdas\/core|protocol)\//,
    // Pure: what it takes of Node computes, and reads nothing. Of ajv, the type of its errors.
    packages: /^(node:crypto|node:net|node:buffer|ajv)$/,
  },
  {
    of: /^lambdas\/aws\//,
    own: /^(lambdas\/(aws|core)|protocol)\/|^lambdas\/env\.ts$/,
    packages: /^(node:|@aws-sdk\/|@smithy\/)/,
  },
  {
    of: /^lambdas\/edge\//,
    own: /^(lambdas\/edge|protocol)\/|^lambdas\/(env|core\/trace-context)\.ts$/,
    packages: /^(node:|aws-lambda$)/,
  },
  {
    of: /^lambdas\/deliver\//,
    own: /^(lambdas\/(deliver|aws|core)|protocol)\/|^lambdas\/(env|edge\/log|edge\/metrics)\.ts$/,
    packages: /^node:/,
  },
  { of: /^lambdas\//, own: /^(lambdas|protocol)\//, packages: /^(node:|aws-lambda$|ajv$|zod$|graphql\b|jobwire:)/ },
  { of: /^client\//, own: /^(client|protocol)\//, packages: any },
  { of: /^console\//, own: /^(console|client|protocol)\//, packages: any },
  // Never lib, lambdas or jobs: what the template lacks, the local server must lack too.
  { of: /^dev\//, own: /^(dev|protocol)\//, packages: /^(?!aws-cdk-lib|constructs)/ },
  { of: /^ops\//, own: /^(ops|lambdas\/aws|lambdas\/core|protocol)\//, packages: /^(node:|@aws-sdk\/)/ },
  { of: /^examples\//, own: /^(examples|client)\//, packages: any },
];

test.each(rules)('files of $of import what their folder may', ({ of, own, packages }) => {
  const mine = sources.filter(({ path }) => rules.find((rule) => rule.of.test(path))?.of === of);
  const wrong = mine.flatMap(({ path, imports }) =>
    imports
      .filter((name) => !(isOwn(name) ? own : packages).test(name))
      .map((name) => `${path} must not import ${name}`),
  );
  expect(wrong).toEqual([]);
});

function isOwn(name: string): boolean {
  return folders.some((folder) => name.startsWith(`${folder}/`));
}

/** Every place where `pattern` stands in the files of `folder`, as path and line. */
function places(folder: RegExp, pattern: RegExp, except: RegExp = none): string[] {
  return sources
    .filter(({ path }) => folder.test(path) && !except.test(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
}

describe('house rules', () => {
  test('no file has more than 300 lines', () => {
    expect(sources.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  test('half of the files have no more than 90 lines', () => {
    const sorted = sources.map(({ lines }) => lines).toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(90);
  });

  test('files are named in kebab-case, and say what they hold', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/;
    const vague = /(^|-)(utils?|helpers?|common|manager)(-|\.|$)/;
    // Only `describe-service` is about the service: what others do has a name.
    const vagueService = /^(?!test\/).*(?<!\/describe-)service\.\w+$/;
    const wrong = sources.filter(({ path }) => {
      const names = path.split('/');
      return vagueService.test(path) || names.some((name) => !kebab.test(name) || vague.test(name));
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('there are no barrels but the public entries of packages', () => {
    const barrels = sources.map(({ path }) => path).filter((path) => /(^|\/)index\.\w+$/.test(path));
    expect(barrels.filter((path) => path !== 'client/index.ts')).toEqual([]);
  });

  test('functions read their environment in lambdas/env.ts alone', () => {
    expect(places(/^(lambdas|protocol|jobs)\//, /process\.env/, /^lambdas\/env\.ts$/)).toEqual([]);
  });

  test('functions write their log in lambdas/edge/log.ts alone', () => {
    expect(
      places(/^(lambdas|protocol|jobs)\//, /\bconsole\.\w+\(|process\.std(out|err)/, /^lambdas\/edge\/log\.ts$/),
    ).toEqual([]);
  });

  test('core has no clock, no chance and no waiting of its own', () => {
    expect(
      places(/^(lambdas\/core|protocol)\//, /Date\.now\(|new Date\(\)|Math\.random\(|setTimeout|await\b.*fetch\(/),
    ).toEqual([]);
  });

  test('there is no silenced check and nothing left to do', () => {
    const self = /^test\/architecture\.test\.ts$/;
    expect(places(any, /@ts-(ignore|nocheck|expect-error)|biome-ignore/, self)).toEqual([]);
    expect(places(any, /\b(TODO|FIXME|XXX|HACK)\b/, self)).toEqual([]);
  });

  test('every function has an entry that exports its handler', () => {
    const entries = sources.filter(
      ({ path, text }) =>
        /^lambdas\/[^/]+\.ts$/.test(path) && /export (const|async function|function) handler\b/.test(text),
    );
    const names = entries.map(({ path }) => path.slice('lambdas/'.length, -'.ts'.length));
    const listed = readFileSync(join(root, 'lib/functions.ts'), 'utf8').matchAll(/^ {2}'([a-z-]+)',$/gm);
    expect(names.toSorted()).toEqual([...listed].map(([, name]) => name).toSorted());
  });
});
