import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as entry from '../../client/index.ts';
import { jobTypesText } from '../../client/job-types-text.ts';
import type { JobType } from '../../protocol/types.ts';
import { type Consumer, installClient } from './packed-client.ts';

const root = join(import.meta.dirname, '../..');
let consumer: Consumer;
beforeAll(() => {
  consumer = installClient();
});
afterAll(() => rmSync(consumer.folder, { recursive: true, force: true }));

/** The lines at which the compiler finds a fault, of a file of the consumer's. */
function faultyLines(text: string, options: string[]): { lines: number[]; output: string } {
  const file = join(consumer.folder, 'main.mts');
  writeFileSync(file, text);
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--pretty', 'false', ...options, file],
    { cwd: consumer.folder, encoding: 'utf8' },
  );
  const lines = [...stdout.matchAll(/^main\.mts\((\d+),/gm)].map(([, line]) => Number(line));
  return { lines: [...new Set(lines)], output: stdout };
}

/** The lines that say that they are wrong. */
const wrongLines = (text: string) =>
  text.split('\n').flatMap((line, index) => (line.endsWith('// wrong') ? [index + 1] : []));

const target = ['--target', 'es2022'];
const projects: [string, string[]][] = [
  ['on Node', [...target, '--module', 'nodenext', '--types', 'node']],
  [
    'in a browser, with all declarations checked',
    [
      ...target,
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--types',
      '',
      '--lib',
      'es2022,dom',
      '--skipLibCheck',
      'false',
    ],
  ],
];

const plainTypes = `import { createClient, isJobFailedError, verifyWebhook, type JobOf } from 'jobwire-client';
interface Types {
  'word-count': { input: { text: string; from?: number }; output: { words: number } };
  resize: { input: { url: string }; output: { width: number }[] };
}
const client = createClient<Types>({ url: 'https://api.example/v1', credential: async () => 'key' });
export const { words } = await client.run('word-count', { text: 'a b' }, { timeoutMs: 1_000 });
await client.run('word-count', { text: 1 }); // wrong
await client.run('word-count', {}); // wrong
await client.run('wordcount', { text: '' }); // wrong
export const width: string = (await client.run('resize', { url: '' }))[0].width; // wrong
await client.submit('resize', { url: '' }, { delay: 1 }); // wrong
const job = await client.get('job_1');
if (job.type === 'resize') console.log(job.output?.[0]?.width, job.input?.url);
if (job.type === 'resize') console.log(job.output?.words); // wrong
if (job.type === 'other') console.log(job); // wrong
export const counted: JobOf<Types, 'word-count'> = await client.get<'word-count'>('job_1');
for await (const event of client.events<'word-count'>('job_1', { after: 3 })) {
  if (event.type === 'job.succeeded') console.log(event.data.output?.words, event.data.outputSize);
  if (event.type === 'job.progress') console.log(event.data.percent, event.data.status); // wrong
  console.log(event.truncated); // wrong
}
for await (const event of client.events('job_1', { fetchTruncated: false })) console.log(event.truncated, event.url);
for await (const each of client.listAll({ type: 'resize', status: 'failed' })) console.log(each.error?.message);
await client.list({ type: 'other' }); // wrong
await client.list({ status: 'broken' }); // wrong
try {
  await client.wait('job_1', { onEvent: (event) => console.log(event.seq), signal: AbortSignal.timeout(1_000) });
} catch (error) {
  if (isJobFailedError(error)) console.log(error.job.error?.code);
}
const untyped = createClient({ url: '', credential: 'key', WebSocket: null, channels: ['sse'] });
export const output: { words: number } = await untyped.run('anything', { a: [1, null] }); // wrong
createClient({ url: '', credential: 'key', channels: ['carrier-pigeon'] }); // wrong
createClient({ url: '' }); // wrong
export const event = await verifyWebhook('', new Headers(), ['whsec_a']);
export const reference: string = await client.upload(new Blob(['a,b']), { contentType: 'text/csv' });
`;

const jobFiles = `import { createClient } from '${root}/client/index.ts';
const client = createClient<{
  countdown: typeof import('${root}/jobs/countdown.ts').default;
  'csv-profile': typeof import('${root}/jobs/csv-profile.ts').default;
}>({ url: '', credential: '' });
export const { steps } = await client.run('countdown', { steps: 3, intervalMs: 100 });
await client.run('countdown', { steps: '3', intervalMs: 100 }); // wrong
await client.run('countdown', { steps: 3 }); // wrong
export const first: string | undefined = (await client.run('csv-profile', { csv: 'a' })).columns[0]?.name;
export const none = (await client.run('csv-profile', { csv: 'a' })).lines; // wrong
`;

describe('the types of jobs', () => {
  it.each(projects)('are told by plain types, %s', (_, options) => {
    const { lines, output } = faultyLines(plainTypes, options);
    expect(lines, output).toEqual(wrongLines(plainTypes));
    expect(output).not.toMatch(/node_modules.*error/);
  });

  it('are told by the job files themselves', () => {
    const options = [
      ...target,
      '--module',
      'nodenext',
      '--types',
      'node',
      '--allowImportingTsExtensions',
      '--skipLibCheck',
    ];
    const { lines, output } = faultyLines(jobFiles, [...options, '--lib', 'es2024,esnext']);
    expect(lines, output).toEqual(wrongLines(jobFiles));
  });

  it('are told by what jobwire-types writes', () => {
    const input = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
    const type = { name: 'word-count', description: 'Counts', input, output: { enum: ['few', 'many'] } };
    const text = `import { createClient } from 'jobwire-client';
${jobTypesText([type as unknown as JobType], 'here')}
const client = createClient<JobTypes>({ url: '', credential: '' });
export const words: 'few' | 'many' = await client.run('word-count', { text: '' });
await client.run('word-count', { text: 1 }); // wrong
`;
    const { lines, output } = faultyLines(text, projects[0]?.[1] ?? []);
    expect(lines, output).toEqual(wrongLines(text));
  });
});

describe('the package', () => {
  it('holds what it needs and nothing else', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: consumer.client,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const paths = [JSON.parse(packed)].flat()[0].files.map(({ path }: { path: string }) => path);
    const needed = [
      'README.md',
      'dist/LICENSE',
      'dist/index.js',
      'dist/index.js.map',
      'dist/jobwire-types.js',
      'dist/jobwire.js',
      'package.json',
    ];
    expect(paths.filter((path: string) => !path.endsWith('.d.ts')).toSorted()).toEqual(needed);
    expect(paths).toContain('dist/client/index.d.ts');
  });

  it('needs no other package, and is at most 12 KB gzipped', () => {
    const description = JSON.parse(readFileSync(join(consumer.client, 'package.json'), 'utf8'));
    expect(description).not.toHaveProperty('dependencies');
    const bundle = readFileSync(join(consumer.client, 'dist/index.js'));
    expect(bundle.toString()).not.toMatch(/\bfrom\s*["']|\brequire\(|\bimport\(/);
    expect(gzipSync(bundle).length).toBeLessThanOrEqual(12 * 1024);
  });

  it('gives all that its entry names', () => {
    const script = "import * as client from 'jobwire-client'; console.log(JSON.stringify(Object.keys(client)))";
    const options = { cwd: consumer.folder, encoding: 'utf8' } as const;
    const names = execFileSync(process.execPath, ['--input-type=module', '--eval', script], options);
    expect(JSON.parse(names).toSorted()).toEqual(Object.keys(entry).toSorted());
  });

  it('says how jobwire-types is used', () => {
    const program = join(consumer.client, 'dist/jobwire-types.js');
    const { status, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8', env: {} });
    expect(stderr).toContain('Usage: JOBWIRE_KEY=');
    expect(status).toBe(2);
  });
});
