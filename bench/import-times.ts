import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { environmentNames } from '../lambdas/env.ts';
import { bundleOptions, createBundler } from '../lib/bundle.ts';
import { bundleSizes, maxPlatformBytes } from '../lib/bundle-sizes.ts';
import { lambdaCredentials } from '../lib/lambda-credentials.ts';
import { type Figure, median, rounded, type Section } from './report.ts';

const root = join(import.meta.dirname, '..');
const directory = join(root, 'build/functions');
const floorName = 'floor';
const workerName = 'run-job without a type';
const rounds = 15;
const maxRatio = 1.25;
/** GraphQL's functions load its library, which no other does: their figures stand beside the others, without a target. */
const withLibrary = new Set(['graphql', 'stream-graphql']);
const sizeGated = /^(submit-job|read-job|authorize|run-.*)$/;

/** Just the two clients that no function of the platform can do without. */
const floorSource = `
import { DynamoDBClient, UpdateItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
export const parts = [new DynamoDBClient({}), new SQSClient({}), UpdateItemCommand, QueryCommand, SendMessageCommand];
`;
/** The worker without what is a type's own: its schemas, its handler and zod. */
const workerSource = `
import { workerFor } from './lambdas/run-job.ts';
export const handler = workerFor('none', { description: '', run: () => null });
`;

/** How long each function's bundle takes to load and how large it is, beside the floor. */
export async function importTimes(): Promise<Section> {
  const bundler = createBundler({ root, directory, testJobs: false });
  const { metafile } = await bundler.bundle();
  await bundler.stop();
  const compared = {
    [floorName]: await bundled(floorName, floorSource),
    [workerName]: await bundled('run-job-without-a-type', workerSource),
  };
  const own = readdirSync(directory).filter((name) => metafile.outputs[`build/functions/${name}/index.js`]);
  const files = { ...compared, ...Object.fromEntries(own.map((name) => [name, join(directory, name, 'index.js')])) };
  const times = measured(files);
  const sizes = new Map(bundleSizes(metafile).map((size) => [size.name, size]));

  const figures = Object.keys(files).flatMap((name): Figure[] => {
    const loads = times.get(name) ?? { ms: [], floorMs: [] };
    const ratio = timesFloor(loads);
    const isType = name.startsWith('run-') && name !== workerName;
    const isUngated = name === floorName || isType || withLibrary.has(name);
    const load: Figure = {
      what: `${name}: import`,
      measured: `${rounded(median(loads.ms), 1)} ms, ${rounded(ratio)} x floor`,
    };
    const gated = isUngated ? load : { ...load, target: `<= ${maxRatio} x floor`, met: ratio <= maxRatio };
    const size = sizes.get(name);
    if (!size) return [gated];
    const bytes: Figure = { what: `${name}: bundle`, measured: sizeText(size) };
    if (!sizeGated.test(name)) return [gated, bytes];
    return [
      gated,
      { ...bytes, target: `<= ${maxPlatformBytes / 1000} KB`, met: size.platformBytes <= maxPlatformBytes },
    ];
  });
  return {
    title: 'Cold start',
    how: `The median of ${rounds} fresh processes each, in turns, each beside one of the floor: client-dynamodb and client-sqs alone, bundled the same way. A worker's target leaves out what its job type brings along: its file, zod and packages of its own.`,
    figures,
  };
}

function sizeText({ bytes, platformBytes }: { bytes: number; platformBytes: number }): string {
  const kilobytes = (count: number) => `${rounded(count / 1000, 0)} KB`;
  return bytes === platformBytes
    ? kilobytes(bytes)
    : `${kilobytes(platformBytes)} and ${kilobytes(bytes - platformBytes)} of its own`;
}

async function bundled(name: string, contents: string): Promise<string> {
  const outfile = join(root, 'build/bench', name, 'index.js');
  await build({
    ...bundleOptions,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    logLevel: 'silent',
    plugins: [lambdaCredentials(), withoutZod()],
  });
  return outfile;
}

function withoutZod(): Plugin {
  return {
    name: 'without-zod',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^zod$/ }, ({ path }) => ({ path, namespace: 'without-zod' }));
      onLoad({ filter: /.*/, namespace: 'without-zod' }, () => ({ contents: 'export {}' }));
    },
  };
}

/** Loads of one bundle, each with a load of the floor right before it. */
interface Loads {
  ms: number[];
  floorMs: number[];
}

/** The loads of each bundle. Each is loaded as on Lambda: from a folder of its own, with no package around it. */
function measured(files: Record<string, string>): Map<string, Loads> {
  const folder = mkdtempSync(join(tmpdir(), 'jobwire-bench-'));
  const copy = ([name, file]: [string, string], index: number) => {
    const path = join(folder, `${index}.js`);
    copyFileSync(file, path);
    return [name, path] as const;
  };
  const copies = Object.entries(files).map(copy);
  const floor = copies.find(([name]) => name === floorName)?.[1] ?? '';
  const loads = new Map(copies.map(([name]): [string, Loads] => [name, { ms: [], floorMs: [] }]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, file] of copies) {
      loads.get(name)?.floorMs.push(importMs(floor));
      loads.get(name)?.ms.push(importMs(file));
    }
  }
  rmSync(folder, { recursive: true });
  return loads;
}

/** How many times the floor's a load takes: the median of the pairs, which a machine that is busy at times bends little. */
function timesFloor({ ms, floorMs }: Loads): number {
  return median(ms.map((value, index) => value / (floorMs[index] ?? value)));
}

/** What Lambda's runtime has, and a plain process has not. */
const runtime = 'globalThis.awslambda = { streamifyResponse: (handler) => handler };';
const program = `${runtime} const start = performance.now(); require(process.argv[1]); console.log(performance.now() - start); process.exit()`;

function importMs(file: string): number {
  const settings = Object.fromEntries(environmentNames.map((name) => [name, 'https://bench.invalid']));
  const env = { ...settings, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program, file], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Cannot load ${file}: ${stderr.slice(-600)}`);
  return Number(stdout.trim().split('\n').at(-1));
}
