import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bundler, type Bundles, createBundler } from '../../lib/bundle.ts';
import { functionSettings, workerAccess } from '../../lib/function-settings.ts';
import { functionNames, workerName } from '../../lib/functions.ts';

const project = join(import.meta.dirname, '../..');
// A copy of the sources, so that a test may edit them; below the project, so that its packages are found.
mkdirSync(join(project, 'build'), { recursive: true });
const root = mkdtempSync(join(project, 'build/bundle-test-'));
for (const path of ['lambdas', 'protocol', 'jobs', 'test/jobs', 'package.json']) {
  cpSync(join(project, path), join(root, path), { recursive: true });
}
symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));

let bundler: Bundler;
let bundles: Bundles;

beforeAll(async () => {
  bundler = createBundler({ root, directory: join(root, 'functions'), testJobs: true });
  bundles = await bundler.bundle();
}, 60_000);

afterAll(async () => {
  await bundler.stop();
  rmSync(root, { recursive: true, force: true });
});

const textOf = (name: string) => readFileSync(join(bundles.directoryOf(name), 'index.js'), 'utf8');

const clients: Record<string, string> = {
  'client-dynamodb': 'dynamodb',
  'client-sqs': 'sqs',
  'client-apigatewaymanagementapi': 'connections',
};

/** The commands of AWS's SDK that made it into a bundle, such as `dynamodb:GetItem`. */
function commandsIn(name: string): string[] {
  const [, output] =
    Object.entries(bundles.metafile.outputs).find(([path]) => path.endsWith(`/${name}/index.js`)) ?? [];
  // The client itself carries DescribeEndpoints, for endpoint discovery, which only some services use.
  return Object.entries(output?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) => {
    const [, client = '', command] = /@aws-sdk\/([a-z-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(input) ?? [];
    return command && command !== 'DescribeEndpoints' && bytesInOutput > 0
      ? [`${clients[client]}:${command.replace('SendMessageBatch', 'SendMessage')}`]
      : [];
  });
}

function expectAccess(
  name: string,
  {
    table = [],
    indexes = [],
    queues = [],
    secrets = [],
    objects = {},
    connections,
    deliveries,
    functions = [],
  }: typeof workerAccess,
) {
  const commands = new Set(commandsIn(name));
  const asked = [...commands].filter((command) => command.startsWith('dynamodb:')).toSorted();
  const granted = new Set([...table, ...(indexes.length > 0 ? ['Query'] : [])].map((action) => `dynamodb:${action}`));
  expect({ name, asked }).toEqual({ name, asked: [...granted].toSorted() });
  for (const action of ['SendMessage', 'GetQueueAttributes'] as const) {
    expect({ name, action, asked: commands.has(`sqs:${action}`) }).toEqual({
      name,
      action,
      asked: queues.includes(action) || (deliveries === true && action === 'SendMessage'),
    });
  }
  const text = textOf(name);
  const named = (word: string) => text.includes(word);
  expect({
    name,
    job: named('JOB_SECRET_ARN'),
    token: named('TOKEN_SECRET_ARN'),
    webhook: named('WEBHOOK_SECRET_ARN'),
    bucket: named('BUCKET_URL'),
    callback: named('LIVE_CALLBACK_URL'),
    graphql: named('GRAPHQL_FUNCTION'),
  }).toEqual({
    name,
    job: secrets.includes('job'),
    token: secrets.includes('token'),
    webhook: secrets.includes('webhook'),
    bucket: Object.keys(objects).length > 0,
    callback: connections === true,
    graphql: functions.includes('graphql'),
  });
}

test.each(functionNames)('%s is granted what its bundle can ask for, and nothing else', (name) => {
  expectAccess(name, functionSettings[name].access);
});

test('a worker is granted what its bundle can ask for, and nothing else', () => {
  expectAccess(workerName('echo'), workerAccess);
});

test.each(['submit-job', 'read-job', 'authorize'])('%s loads neither zod nor a handler', (name) => {
  const [, output] =
    Object.entries(bundles.metafile.outputs).find(([path]) => path.endsWith(`/${name}/index.js`)) ?? [];
  const heavy = Object.entries(output?.inputs ?? {}).filter(
    ([path, { bytesInOutput }]) => bytesInOutput > 0 && /node_modules\/(zod|csv-parse)\/|^(test\/)?jobs\//.test(path),
  );
  expect(heavy).toEqual([]);
});

test.each([...functionNames, workerName('echo')])('%s loads the graphql package only where it executes it', (name) => {
  const [, output] =
    Object.entries(bundles.metafile.outputs).find(([path]) => path.endsWith(`/${name}/index.js`)) ?? [];
  const loads = Object.keys(output?.inputs ?? {}).some((path) => path.includes('node_modules/graphql/'));
  expect(loads).toBe(['graphql', 'stream-graphql'].includes(name));
});

test('bundle() sees a job type that is added, changed and taken away', async () => {
  const file = join(root, 'jobs/word-count.ts');
  const source = (description: string) => `
    import * as z from 'zod';
    import { defineJob } from '../lambdas/define-job.ts';
    export default defineJob({
      description: '${description}', input: z.object({ text: z.string() }), output: z.object({ words: z.int() }),
      run: ({ text }) => ({ words: text.split(' ').length }),
    });`;
  writeFileSync(file, source('First'));
  expect((await bundler.bundle()).manifest.types['word-count']?.description).toBe('First');
  expect(textOf('describe-service')).toContain('First');
  writeFileSync(file, source('Second'));
  expect((await bundler.bundle()).manifest.types['word-count']?.description).toBe('Second');
  expect(textOf('describe-service')).not.toContain('First');
  rmSync(file);
  expect((await bundler.bundle()).manifest.types['word-count']).toBeUndefined();
}, 60_000);

test('a worker has the limits that the manifest shows, whatever its file leaves undefined', async () => {
  const file = join(root, 'jobs/word-count.ts');
  const source = `
    import * as z from 'zod';
    import { defineJob } from '../lambdas/define-job.ts';
    export default defineJob({
      description: 'Counts', input: z.object({}), output: z.object({}), ordered: true,
      limits: { timeoutSeconds: undefined, maxRuns: 7 }, run: () => ({}),
    });`;
  writeFileSync(file, source);
  const { timeoutSeconds, maxRuns, batch } = (await bundler.bundle()).manifest.types['word-count']?.limits ?? {};
  expect({ timeoutSeconds, maxRuns, batch }).toEqual({ timeoutSeconds: 60, maxRuns: 7, batch: 1 });
  const given = textOf(workerName('word-count')).match(/\{[^{}]*maxRuns:7[^{}]*\}/g) ?? [];
  expect(given.filter((text) => text.includes('timeoutSeconds:60,') && text.includes('batch:1,'))).toHaveLength(1);
  rmSync(file);
}, 60_000);

test('bundle() builds again what an edit touches, and nothing else', async () => {
  const { directoryOf, manifest } = await bundler.bundle();
  const names = [...functionNames, ...Object.keys(manifest.types).map(workerName)];
  const writtenAt = () => names.map((name) => [name, statSync(join(directoryOf(name), 'index.js')).mtimeMs] as const);
  async function builtBy(path: string, edit: (text: string) => string): Promise<string[]> {
    const before = new Map(writtenAt());
    const file = join(root, path);
    writeFileSync(file, edit(existsSync(file) ? readFileSync(file, 'utf8') : ''));
    await bundler.bundle();
    return writtenAt()
      .filter(([name, at]) => before.get(name) !== at)
      .map(([name]) => name);
  }
  expect(await builtBy('jobs/link-check.ts', (text) => `${text}\nconsole.log('edited');`)).toEqual(['run-link-check']);
  expect(textOf('run-link-check')).toContain('edited');
  expect(await builtBy('lambdas/authorize.ts', (text) => `${text}\nconsole.log('edited');`)).toEqual(['authorize']);
  expect(await builtBy('README.md', () => 'no source')).toEqual([]);
  expect((await builtBy('protocol/limits.ts', (text) => `${text}\nconsole.log('edited');`)).length).toBeGreaterThan(10);
}, 60_000);

test('bundle() names the file and the line of what does not compile, and goes on once it does', async () => {
  const file = join(root, 'jobs/broken.ts');
  writeFileSync(file, 'export default defineJob({\n  oops');
  await expect(bundler.bundle()).rejects.toThrow('jobs/broken.ts:2');
  rmSync(file);
  expect((await bundler.bundle()).manifest.types.echo?.name).toBe('echo');
}, 60_000);
