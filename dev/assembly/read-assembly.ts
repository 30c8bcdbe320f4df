import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalAddresses, localAddress } from './local-addresses.ts';
import { resolver } from './resolve.ts';
import type { Template, TemplateResource } from './template.ts';

export interface AssemblyResource {
  type: string;
  /** As the template has them, intrinsics unresolved: hand them to `resolve`. */
  properties: Record<string, unknown>;
  /** Where the resource was made in the construct tree, such as `jobwire-local/Api/Resource`. */
  constructPath?: string;
}

/** One synthesized stack, with the addresses that it will have on this machine. */
export interface Assembly {
  stackName: string;
  resources: Record<string, AssemblyResource>;
  /** The folder of a file asset; `hash` with or without the `.zip` of its S3 key. */
  assetDirectory(hash: string): string;
  /** A value of the template with Ref, Fn::GetAtt, Fn::Join, Fn::Sub ... done, and local addresses put in. */
  resolve(value: unknown): unknown;
  outputs: Record<string, string>;
}

/** Reads the cloud assembly in `directory`, which must hold one stack. */
export function readAssembly(directory: string, addresses: LocalAddresses): Assembly {
  const { stackName, templateFile } = findStack(directory);
  const template = readJson(join(directory, templateFile)) as Template;
  const resolve = resolver(template, { stackName, rewrite: (text, ids) => localAddress(text, ids, addresses) });
  return {
    stackName,
    resources: Object.fromEntries(
      Object.entries(template.Resources)
        .filter(([, resource]) => resolve.isWanted(resource))
        .map(([logicalId, resource]) => [logicalId, describeResource(resource)]),
    ),
    assetDirectory: assetDirectories(directory, templateFile),
    resolve: resolve.value,
    outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {})
        .filter(([, output]) => resolve.isWanted(output))
        .map(([name, output]) => [name, String(resolve.value(output.Value))]),
    ),
  };
}

function describeResource(resource: TemplateResource): AssemblyResource {
  const constructPath = resource.Metadata?.['aws:cdk:path'];
  return {
    type: resource.Type,
    properties: resource.Properties ?? {},
    ...(typeof constructPath === 'string' && { constructPath }),
  };
}

interface Manifest {
  artifacts?: Record<string, { type: string; properties?: { templateFile?: string; stackName?: string } }>;
}

function findStack(directory: string): { stackName: string; templateFile: string } {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new Error(`Cannot read the cloud assembly in ${directory}: it has no manifest.json, it must be synthesized`);
  }
  const stacks = Object.entries((readJson(manifestFile) as Manifest).artifacts ?? {}).filter(
    ([, artifact]) => artifact.type === 'aws:cloudformation:stack',
  );
  const [only, ...others] = stacks;
  if (only === undefined || others.length > 0) {
    const names = stacks.map(([name]) => name).join(', ') || 'none';
    throw new Error(`Cannot run the cloud assembly in ${directory}: its stacks are ${names}, it must hold one stack`);
  }
  const [id, { properties }] = only;
  if (properties?.templateFile === undefined) {
    throw new Error(`Cannot run the stack ${id}: its artifact has no templateFile, it must name one`);
  }
  return { stackName: properties.stackName ?? id, templateFile: properties.templateFile };
}

interface AssetManifest {
  files?: Record<string, { source: { path?: string } }>;
}

function assetDirectories(directory: string, templateFile: string): (hash: string) => string {
  const assetFile = join(directory, templateFile.replace(/\.template\.json$/, '.assets.json'));
  const { files = {} } = readJson(assetFile) as AssetManifest;
  return (hash) => {
    const path = files[hash.replace(/\.zip$/, '')]?.source.path;
    if (path === undefined) throw new Error(`Cannot find the asset ${hash}: ${assetFile} must name it`);
    return join(directory, path);
  };
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
