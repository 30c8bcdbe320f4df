import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import type { Json, Manifest } from '../protocol/types.ts';
import { hasRecursiveUnion } from './recursive-unions.ts';

/**
 * The source of a module that exports `validators`: one compiled check for each type's input, so that the submit
 * function neither loads a schema compiler nor a handler. It lists every fault, but where that could take for ever:
 * there it stops at the first one.
 */
export function validatorsSource({ types }: Manifest): string {
  const ajv = new Ajv2020({
    // Types outside of any schema language's list (`z.any()`, formats of one's own) are let through, not refused.
    strict: false,
    logger: false,
    code: { source: true, esm: true, lines: false },
  });
  addFormats.default(ajv);
  const names = Object.keys(types);
  const exports: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    addSchema(ajv, name, types[name]?.input ?? {});
    exports[`validate${index}`] = name;
  }
  const table = names.map((name, index) => `${JSON.stringify(name)}: validate${index}`);
  return `${standaloneCode.default(ajv, exports)}\nexport const validators = { ${table.join(', ')} };\n`;
}

function addSchema(ajv: Ajv2020, name: string, schema: Record<string, Json>): void {
  try {
    // Looked at when a schema is compiled: one compiler for both keeps the names in the module apart.
    ajv.opts.allErrors = !hasRecursiveUnion(schema);
    ajv.addSchema(constantsFirst(schema) as object, name);
    ajv.getSchema(name);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot compile the input schema of the job type ${name}: ${reason}; it must be valid JSON Schema, draft 2020-12`,
      { cause },
    );
  }
}

/** Properties are checked in their order: so the one that tells the branches of a union apart comes before the others. */
function constantsFirst(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(constantsFirst);
  const members = Object.entries(schema).map(([name, member]): [string, Json] => [name, constantsFirst(member)]);
  const isConstant = ([, member]: [string, Json]) => typeof member === 'object' && member !== null && 'const' in member;
  return Object.fromEntries(members.toSorted((one, other) => Number(isConstant(other)) - Number(isConstant(one))));
}
