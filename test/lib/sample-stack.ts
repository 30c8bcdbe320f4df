import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { functionNames, workerName } from '../../lib/functions.ts';
import { jobwireApp } from '../../lib/jobwire-app.ts';
import type { JobType, Manifest } from '../../protocol/types.ts';

const limits = {
  timeoutSeconds: 60,
  memoryMb: 512,
  maxRuns: 3,
  concurrency: 20,
  batch: 10,
  backoffSeconds: 5,
  maxBackoffSeconds: 900,
  retentionDays: 7,
};

const resize: JobType = {
  name: 'resize-image',
  description: 'Makes an image smaller',
  ordered: false,
  limits,
  input: { type: 'object' },
  output: { type: 'object' },
};

const ledger: JobType = {
  ...resize,
  name: 'ledger',
  ordered: true,
  limits: { ...limits, memoryMb: 256, batch: 1, concurrency: 5, retentionDays: 30 },
};

/** A type of each kind, a standard and an ordered one. */
export const sampleTypes = { 'resize-image': resize, ledger };
const manifest: Manifest = { name: 'jobwire', version: '1.2.3', types: sampleTypes };

export type StageName = 'local' | 'dev' | 'prod';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

// Made when the file is loaded, for the time of a test is bounded. What CDK would validate is what these tests do.
process.env.CDK_VALIDATION = 'false';
const templates = { local: synthesize('local'), dev: synthesize('dev'), prod: synthesize('prod') };

/** The template of the sample types in a stage. What the functions hold is of no interest to it. */
export function templateOf(stage: StageName): Template {
  return templates[stage];
}

function synthesize(stage: StageName): Template {
  const directory = mkdtempSync(join(tmpdir(), 'jobwire-stack-'));
  for (const name of [...functionNames, ...Object.keys(sampleTypes).map(workerName)]) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'index.js'), `exports.handler = () => '${name}';`);
  }
  const bundles = {
    manifest,
    directoryOf: (name: string) => join(directory, name),
    metafile: { inputs: {}, outputs: {} },
  };
  const assembly = jobwireApp({ bundles, stage, outdir: join(directory, 'assembly') }).synth();
  return Template.fromJSON(assembly.getStackArtifact('Jobwire').template);
}

/** The resources of a type by logical id, in a stage. */
export function resourcesOf(stage: StageName, type: string): [string, Resource][] {
  const { Resources } = templateOf(stage).toJSON() as { Resources: Record<string, Resource> };
  return Object.entries(Resources).filter(([, resource]) => resource.Type === type);
}

/** The logical id and the resource of a function by its name, such as `submit-job`. */
export function functionOf(stage: StageName, name: string): [string, Resource] {
  const found = resourcesOf(stage, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.FunctionName === `jobwire-${stage}-${name}`,
  );
  if (found) return found;
  throw new Error(`Cannot find the function ${name} in the stage ${stage}: the template must have it`);
}
