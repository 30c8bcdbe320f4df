import type { Json } from '../protocol/types.ts';

type Schema = Record<string, Json>;

/**
 * True for a JSON Schema with a union that two branches of its own lead back to, for values of the same kind: a check
 * that goes down every branch to list all faults would take twice as long, or longer, with each level of a value.
 */
export function hasRecursiveUnion(root: Schema): boolean {
  return reachable(root, root)
    .map(branchesOf)
    .some((branches) => {
      const recursive = branches.filter((branch) => reachable(branch, root).includes(branches));
      const kinds = recursive.flatMap((branch) => kindsOf(branch, root));
      return new Set(kinds).size < kinds.length;
    });
}

/** The branches of a union, as they stand in its schema. */
function branchesOf(schema: Json): Json[] {
  if (!isSchema(schema)) return [];
  const { anyOf, oneOf } = schema;
  return Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : [];
}

/** Every schema, and list of schemas, that a value or a part of it may be held to once it is held to `start`. */
function reachable(start: Json, root: Schema): Json[] {
  const found = new Set<Json>([start]);
  for (const each of found) {
    if (Array.isArray(each)) for (const member of each) found.add(member);
    if (!isSchema(each)) continue;
    for (const [name, member] of Object.entries(each)) if (name !== '$defs') found.add(member);
    if (typeof each.$ref === 'string') found.add(schemaAt(root, each.$ref));
  }
  return [...found];
}

/** What values a schema takes: a branch that says nothing of it may take every kind that another one takes. */
function kindsOf(schema: Json, root: Schema): Json[] {
  if (!isSchema(schema)) return [];
  if (typeof schema.$ref === 'string') return kindsOf(schemaAt(root, schema.$ref), root);
  return schema.type === undefined ? ['array', 'object'] : [schema.type].flat();
}

/** The schema that a `$ref` names by a JSON pointer, as zod writes them. */
function schemaAt(root: Schema, reference: string): Json {
  const tokens = decodeURIComponent(reference).split('/').slice(1);
  const names = tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<Json>((schema, name) => (isSchema(schema) ? (schema[name] ?? {}) : {}), root);
}

function isSchema(value: Json): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
