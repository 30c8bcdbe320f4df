import * as z from 'zod';
import type { JobType, Json, Manifest, TypeLimits } from '../protocol/types.ts';
import type { JobFile } from './job-files.ts';
import { parseTypeLimits } from './type-limits.ts';

interface ManifestSource {
  /** The service's name and version, as `package.json` has them. */
  name: string;
  version: string;
  files: JobFile[];
  /** What the files export by default, by type name. */
  definitions: Record<string, unknown>;
  defaultLimits: TypeLimits;
}

/** The job types with their JSON Schemas, from what the job files export. Throws on the first fault, naming file, value and cure. */
export function manifestOf({ name, version, files, definitions, defaultLimits }: ManifestSource): Manifest {
  const types = files.map((file) => [file.name, jobTypeOf(file, definitions[file.name], defaultLimits)] as const);
  return { name, version, types: Object.fromEntries(types) };
}

function jobTypeOf({ name, path }: JobFile, exported: unknown, defaults: TypeLimits): JobType {
  const definition = parseDefinition(exported, path);
  const { description, ordered = false, limits } = definition;
  if (typeof description !== 'string' || description.trim() === '') {
    throw new Error(
      `Cannot describe the job type of ${path}: its description must be a sentence for whoever submits jobs`,
    );
  }
  if (typeof ordered !== 'boolean') {
    throw new Error(`Cannot use ordered ${JSON.stringify(ordered)} in ${path}: it must be true or false`);
  }
  if (typeof definition.run !== 'function') {
    throw new Error(`Cannot run the job type of ${path}: it must have a method run(input, context)`);
  }
  return {
    name,
    description,
    ordered,
    limits: parseTypeLimits(limits, { path, ordered, defaults }),
    input: schemaOf(definition, 'input', path),
    output: schemaOf(definition, 'output', path),
  };
}

function parseDefinition(exported: unknown, path: string): Record<string, unknown> {
  if (typeof exported === 'object' && exported !== null) return { ...exported };
  throw new Error(`Cannot make a job type of ${path}: it must say \`export default defineJob({ ... })\``);
}

/** JSON Schema of what comes in; also for outputs, where it is what the handler returns before zod makes defaults of it. */
function schemaOf(definition: Record<string, unknown>, side: 'input' | 'output', path: string): Record<string, Json> {
  const schema = definition[side];
  if (!isZodSchema(schema)) {
    throw new Error(`Cannot read the ${side} of ${path}: it must be a zod schema such as z.object({ ... })`);
  }
  try {
    const made = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
    return JSON.parse(JSON.stringify(made)) as Record<string, Json>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot make a JSON Schema of the ${side} of ${path}: ${reason}; it must be made of types that JSON has, with checks in run()`,
      { cause },
    );
  }
}

function isZodSchema(value: unknown): value is z.ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}
