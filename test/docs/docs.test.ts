// Every code block of every page is run, compiled or parsed, in a copy of the project with a local server of its own.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type LocalServer, startLocalServer } from '../local-server.ts';
import { checks, findMissingLine, isKnown, snippetFile } from './check-block.ts';
import { type Block, readPages } from './page.ts';
import { makeScratchProject } from './scratch-project.ts';
import { openShell, type ShellSession } from './shell-session.ts';

const execute = promisify(execFile);
const pages = readPages().filter(({ blocks }) => blocks.length > 0);
const blocks = pages.flatMap((page) => page.blocks);
const used = blocks.filter(({ marks }) => marks.notRun === undefined);
const place = ({ page, line }: Block) => `${page}:${line}`;

const project = makeScratchProject();
let server: LocalServer;

/** The blocks that are files, or become one to be compiled. */
const files = used.flatMap((block) => {
  const file = block.file ?? (checkOf(block.language) === 'types' ? snippetFile(block, block.language) : undefined);
  return file === undefined ? [] : [{ file, block }];
});
const isJob = ({ file }: { file: string }) => file.startsWith('jobs/');

beforeAll(async () => {
  for (const { file, block } of files.filter(isJob)) project.put(file, block);
  server = await startLocalServer({
    root: project.folder,
    env: { JOBWIRE_STATE: join(project.folder, '.jobwire/local.json'), JOBWIRE_TEST_JOBS: '0' },
  });
  for (const { file, block } of files.filter((one) => !isJob(one))) {
    project.put(file, { ...block, text: withAddress(block.text) });
  }
});

afterAll(async () => {
  await server?.stop();
  project.remove();
});

describe('findMissingLine()', () => {
  it.each([
    ['one\ntwo', 'zero\none\n two', undefined],
    ['two\none', 'one two', 'one'],
    ['a ... c', 'a b c', undefined],
    ['...\nb', 'a\nb', undefined],
    ['job_... done', 'job_abc running', 'job_... done'],
    ['a.c', 'abc', 'a.c'],
  ])('holds %j against %j', (shown, printed, missing) => expect(findMissingLine(shown, printed)).toBe(missing));
});

test('every block is of a language that can be checked, or says why it is not run', () => {
  const unknown = blocks.filter(({ language, marks }) => !isKnown(language) && marks.notRun === undefined);
  expect(unknown.map((block) => `${place(block)}: ${block.language || 'no language'}`)).toEqual([]);
  const silent = blocks.filter(({ marks }) => marks.notRun !== undefined && marks.notRun.length < 10);
  expect(silent.map((block) => `${place(block)}: ${block.marks.notRun}`)).toEqual([]);
});

test('the TypeScript of every page compiles in the project', async () => {
  const typed = files.filter(({ block }) => checkOf(block.language) === 'types');
  const config = join(project.folder, 'tsconfig.docs.json');
  const paths = typed.map(({ file }) => join(project.folder, file));
  writeFileSync(config, JSON.stringify({ extends: './tsconfig.json', files: paths, include: [] }));
  const { stdout } = await execute('tsc', ['--pretty', 'false', '-p', config], { cwd: project.folder }).catch(
    (error: { stdout: string }) => error,
  );
  const places = Object.fromEntries(typed.map(({ file, block }) => [file, place(block)]));
  const faults = stdout.split('\n').filter((line) => /error TS/.test(line));
  expect(faults.map((fault) => fault.replace(/^[^(]+/, (file) => `${places[file] ?? ''} ${file}`))).toEqual([]);
});

const runnable = pages
  .map(({ path, blocks }) => ({ path, running: blocks.filter(isRun) }))
  .filter(({ running }) => running.length > 0);

describe.each(runnable)('$path', ({ running }) => {
  let shell: ShellSession;
  /** What the last command printed. */
  let printed = '';

  beforeAll(() => {
    const { rest, live, key } = server;
    shell = openShell({ folder: project.folder, env: { REST: rest, LIVE: live, KEY: key } });
  });
  afterAll(() => shell.close());

  it.each(running)('line $line: $language', { timeout: 150_000 }, async (block) => {
    const { language, text, marks } = block;
    const check = checkOf(language);
    if (check === 'output') return expect(findMissingLine(text, printed), printed).toBeUndefined();
    if (typeof check === 'function') return check(block, project.folder);
    const script = withAddress(text);
    printed = marks.stays === undefined ? await shell.run(script) : await shell.stay(script, marks.stays);
    for (const wanted of marks.prints) expect(printed).toContain(wanted);
  });
});

function isRun({ marks, language }: Block): boolean {
  return marks.notRun === undefined && checkOf(language) !== 'types';
}

/** Pages name the port that a user's server has. */
function withAddress(text: string): string {
  return text.replaceAll('localhost:8202', new URL(server.rest).host);
}

function checkOf(language: string) {
  return isKnown(language) ? checks[language] : undefined;
}
