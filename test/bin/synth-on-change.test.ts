import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

interface Report {
  type: 'synthesized' | 'failed';
  directory?: string;
  message?: string;
}

const project = join(import.meta.dirname, '../..');
// A copy of the sources, to be edited; below the project, so that its packages are found.
mkdirSync(join(project, 'build'), { recursive: true });
const root = mkdtempSync(join(project, 'build/synth-test-'));
for (const path of ['bin', 'lib', 'lambdas', 'protocol', 'jobs', 'package.json']) {
  cpSync(join(project, path), join(root, path), { recursive: true });
}
symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));

let child: ChildProcess;
const reports: Report[] = [];

beforeAll(() => {
  child = fork(join(root, 'bin/synth-on-change.ts'), { env: { ...process.env, JOBWIRE_TEST_JOBS: '' } });
  child.on('message', (report) => reports.push(report as Report));
});

afterAll(() => {
  child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** The first report from now on that `fits`; several saves may be one synthesis, or one save two. */
async function reportThat(fits: (report: Report) => boolean): Promise<Report> {
  for (;;) {
    const found = reports.splice(0).find(fits);
    if (found) return found;
    await once(child, 'message');
  }
}

const templateOf = ({ directory = '' }: Report) => readFileSync(join(directory, 'Jobwire.template.json'), 'utf8');
const functionsOf = ({ directory = '' }: Report) => {
  const { files } = JSON.parse(readFileSync(join(directory, 'Jobwire.assets.json'), 'utf8')) as { files: object };
  return Object.keys(files).toSorted();
};

const newType = join(root, 'jobs/word-count.ts');
const source = `
import * as z from 'zod';
import { defineJob } from '../lambdas/define-job.ts';
export default defineJob({
  description: 'Counts words', input: z.object({ text: z.string() }), output: z.object({ words: z.int() }),
  run: ({ text }) => ({ words: text.split(' ').length }),
});`;

const slow = 120_000;

test('synth-on-change synthesizes the stage local without the test types', { timeout: slow }, async () => {
  const template = templateOf(await reportThat(({ type }) => type === 'synthesized'));
  expect(template).toContain('jobwire-local-csv-profile');
  expect(template).not.toContain('jobwire-local-echo');
});

test('synth-on-change makes a queue and a function of a new file, and new code of a changed one', {
  timeout: slow,
}, async () => {
  writeFileSync(newType, source);
  const added = await reportThat(
    (report) => report.type === 'synthesized' && templateOf(report).includes('local-word-count'),
  );
  const before = functionsOf(added);
  writeFileSync(newType, source.replace("split(' ')", "split('-')"));
  const changed = await reportThat(
    (report) => report.type === 'synthesized' && functionsOf(report).some((asset) => !before.includes(asset)),
  );
  expect(templateOf(changed)).toContain('local-word-count');
});

test('synth-on-change tells what is wrong with a file, and goes on once it is right', { timeout: slow }, async () => {
  writeFileSync(newType, source.replace('run:', 'limits: { batch: 11 }, run:'));
  const { message } = await reportThat(({ type }) => type === 'failed');
  expect(message).toBe('Cannot use limits.batch 11 in jobs/word-count.ts: it must be a whole number from 1 to 10');
  writeFileSync(newType, `${source}\n\nthrow new RangeError('no words');\n`);
  expect((await reportThat(({ type }) => type === 'failed')).message).toBe(
    'Cannot load jobs/word-count.ts:9: no words',
  );
  rmSync(newType);
  await reportThat((report) => report.type === 'synthesized' && !templateOf(report).includes('local-word-count'));
});

test('synth-on-change loads lib/ anew when it changes, even after it could not', { timeout: slow }, async () => {
  const file = join(root, 'lib/stages.ts');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, `${text}\nthrow new Error('half-written');`);
  expect((await reportThat(({ type }) => type === 'failed')).message).toBe('half-written');
  writeFileSync(file, text.replace('streamSeconds: 60', 'streamSeconds: 7'));
  await reportThat((report) => report.type === 'synthesized' && /"STREAM_SECONDS": ?"7"/.test(templateOf(report)));
});

test('synth-on-change tells of a file that ends the process, and goes on once it is right', {
  timeout: slow,
}, async () => {
  writeFileSync(newType, `process.exit(1);${source}`);
  expect((await reportThat(({ type }) => type === 'failed')).message).toBe(
    'Cannot load the job files: one of them, or what it imports, ends the process (exit status 1)',
  );
  writeFileSync(newType, source);
  await reportThat((report) => report.type === 'synthesized' && templateOf(report).includes('local-word-count'));
});

test.each([
  ['waits', 'await new Promise(() => undefined);'],
  ['loops', 'for (;;) {}'],
])('synth-on-change goes on once a file is right that %s for ever', { timeout: slow }, async (name, statement) => {
  const marker = join(root, `build/${name}`);
  const begun = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, '');`;
  writeFileSync(newType, `${begun}${statement}${source}`);
  await expect.poll(() => existsSync(marker), { timeout: slow }).toBe(true);
  reports.length = 0;
  writeFileSync(newType, source.replace('Counts', `After what ${name} it counts`));
  await reportThat((report) => report.type === 'synthesized');
});

test('synth-on-change ends with its parent and leaves nothing', { timeout: slow }, async () => {
  writeFileSync(newType, source);
  const { directory = '' } = await reportThat(({ type }) => type === 'synthesized');
  child.disconnect();
  await once(child, 'exit');
  expect(existsSync(directory)).toBe(false);
});

/** What Linux says where all of a user's watchers are taken. */
const noWatcher = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  fs.watch = (path) => { throw new Error('ENOSPC: System limit for number of file watchers reached, watch ' + path); };
  syncBuiltinESMExports();`;

test('synth-on-change synthesizes where nothing can be watched, and says once that saves are not seen', {
  timeout: slow,
}, async () => {
  const blind = fork(join(root, 'bin/synth-on-change.ts'), {
    env: { ...process.env, JOBWIRE_TEST_JOBS: '' },
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(noWatcher)}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  onTestFinished(() => void blind.kill('SIGKILL'));
  let said = '';
  blind.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [report] = await once(blind, 'message');
  expect(report).toMatchObject({ type: 'synthesized' });
  expect(said.match(/Not all saves are seen: ENOSPC/g)).toHaveLength(1);
});
