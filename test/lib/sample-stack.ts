import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { functionNames, workerName } from '../../lib/functions.ts';
import { jobwireApp } from '../../lib/jobwire-app.ts';
import type { JobType } from '../../protocol/types.ts';

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

export type StageName = 'local' | 'dev' | 'prod';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

// What CDK would validate is what these tests do.
process.env.CDK_VALIDATION = 'false';

export interface Sample {
  app: App;
  template: Template;
  /** The alarms, a stack of their own within. */
  alarms: Template | undefined;
  /** The console, another one. */
  console: Template | undefined;
}

interface SampleOptions {
  /** What `-c name=value` would say. */
  context?: Record<string, unknown>;
  types?: Record<string, JobType>;
  /** For the stage `emulator`: where it answers. */
  emulatorUrl?: string;
}

/** A stack of the sample types. What the functions hold is of no interest to a template. */
export function synthesizeSample(
  stage: StageName | 'emulator',
  { context, types = sampleTypes, emulatorUrl }: SampleOptions = {},
): Sample {
  const directory = mkdtempSync(join(tmpdir(), 'jobwire-stack-'));
  for (const name of [...functionNames, ...Object.keys(types).map(workerName)]) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'index.js'), `exports.handler = () => '${name}';`);
  }
  const bundles = {
    manifest: { name: 'jobwire', version: '1.2.3', types },
    handlerSecrets: { 'resize-image': ['model-key', 'store-key'] },
    directoryOf: (name: string) => join(directory, name),
    metafile: { inputs: {}, outputs: {} },
  };
  const outdir = join(directory, 'assembly');
  const consoleDirectory = join(directory, 'console');
  mkdirSync(consoleDirectory);
  writeFileSync(join(consoleDirectory, 'index.html'), '<!doctype html>');
  const app = jobwireApp({ bundles, consoleDirectory, stage, outdir, emulatorUrl, ...(context && { context }) });
  const assembly = app.synth();
  const nested = (name: string): Template | undefined => {
    const file = readdirSync(assembly.directory).find((file) =>
      new RegExp(`${name}.*nested.template.json$`).test(file),
    );
    return file ? Template.fromJSON(JSON.parse(readFileSync(join(assembly.directory, file), 'utf8'))) : undefined;
  };
  const sample = {
    app,
    template: Template.fromJSON(assembly.getStackArtifact('Jobwire').template),
    alarms: nested('Alarms'),
    console: nested('Console'),
  };
  // Dozens of them in a run would fill the temporary folder with copies of the CDK's own functions.
  rmSync(directory, { recursive: true });
  return sample;
}

// Made when the file is loaded, for the time of a test is bounded.
const samples = { local: synthesizeSample('local'), dev: synthesizeSample('dev'), prod: synthesizeSample('prod') };

/** The stack of a stage as it is without any context. */
export function sampleOf(stage: StageName): Sample {
  return samples[stage];
}

export function templateOf(stage: StageName): Template {
  return samples[stage].template;
}

/** The template of the alarms, which are a stack of their own within; undefined in a stage without them. */
export function alarmsTemplateOf(stage: StageName): Template | undefined {
  return samples[stage].alarms;
}

/** The resources of a type by logical id, in a stage. */
export function resourcesOf(stage: StageName | Template, type: string): [string, Resource][] {
  const template = typeof stage === 'string' ? templateOf(stage) : stage;
  const { Resources } = template.toJSON() as { Resources: Record<string, Resource> };
  return Object.entries(Resources).filter(([, resource]) => resource.Type === type);
}

/** The logical id and the resource of a function by its name, such as `submit-job`. */
export function functionOf(stage: StageName | Template, name: string): [string, Resource] {
  const found = resourcesOf(stage, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => /^jobwire-[a-z]+-(.*)$/.exec(String(Properties.FunctionName))?.[1] === name,
  );
  if (found) return found;
  throw new Error(`Cannot find the function ${name}: the template must have it`);
}

/** How many resources of each type a template has. */
export function countsOf(template: Template): Record<string, number> {
  const { Resources } = template.toJSON() as { Resources: Record<string, { Type: string }> };
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}
