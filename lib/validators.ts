import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import type { Manifest } from '../protocol/types.ts';

/**
 * The source of a module that exports `validators`: one compiled check for each type's input, so that the submit
 * function neither loads a schema compiler nor a handler.
 */
export function validatorsSource({ types }: Manifest): string {
  const ajv = new Ajv2020({
    allErrors: true,
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

function addSchema(ajv: Ajv2020, name: string, schema: object): void {
  try {
    ajv.addSchema(schema, name);
    ajv.getSchema(name);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot compile the input schema of the job type ${name}: ${reason}; it must be valid JSON Schema, draft 2020-12`,
      { cause },
    );
  }
}
