import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Assembly, readAssembly } from '../../dev/assembly/read-assembly.ts';
import type { Template } from '../../dev/assembly/template.ts';

export const sampleAddresses = {
  rest: 'http://localhost:1',
  live: 'ws://localhost:1',
  callback: 'http://127.0.0.1:2',
  sqs: 'http://127.0.0.1:3',
  s3: 'http://127.0.0.1:4',
};

export interface SampleAssembly {
  resources?: Template['Resources'];
  template?: Omit<Template, 'Resources'>;
  /** Source of each function's index.js, by the hash of its asset. */
  code?: Record<string, string>;
  addresses?: Partial<typeof sampleAddresses>;
}

/** Writes a cloud assembly of one stack, `sample`, to a folder of its own, and says where. */
export function writeAssembly({ resources = {}, template = {}, code = {} }: SampleAssembly): string {
  const directory = mkdtempSync(join(tmpdir(), 'jobwire-assembly-'));
  const write = (file: string, content: unknown) => writeFileSync(join(directory, file), JSON.stringify(content));
  // As in a project's folder, of which the code of functions must know nothing.
  write('package.json', { type: 'module' });
  write('manifest.json', {
    artifacts: {
      'sample.assets': { type: 'cdk:asset-manifest', properties: { file: 'sample.assets.json' } },
      sample: { type: 'aws:cloudformation:stack', properties: { templateFile: 'sample.template.json' } },
    },
  });
  write('sample.template.json', { ...template, Resources: resources });
  const hashes = Object.keys(code);
  write('sample.assets.json', {
    files: Object.fromEntries(hashes.map((hash) => [hash, { source: { path: `asset.${hash}`, packaging: 'zip' } }])),
  });
  for (const [hash, source] of Object.entries(code)) {
    mkdirSync(join(directory, `asset.${hash}`));
    writeFileSync(join(directory, `asset.${hash}`, 'index.js'), source);
  }
  return directory;
}

export function sampleAssembly(sample: SampleAssembly): Assembly {
  return readAssembly(writeAssembly(sample), { ...sampleAddresses, ...sample.addresses });
}

/** A function of a template whose code is the asset `hash`. */
export function functionResource(hash: string, properties: Record<string, unknown> = {}) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: 'assets', S3Key: `${hash}.zip` },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: 5,
      ...properties,
    },
  };
}
