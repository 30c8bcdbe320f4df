import type { JobType, Json } from '../protocol/types.ts';

type Schema = boolean | { [keyword: string]: Json };

/** TypeScript's declaration of a service's job types, made from their JSON Schemas: a module that `createClient` takes. */
export function jobTypesText(types: readonly JobType[], source: string): string {
  const entries = types.map(({ name, description, input, output }) => {
    const lines = [
      ...comment(description),
      `${keyOf(name)}: {`,
      `  input: ${indent(schemaType(input, { root: input, path: [] }))};`,
      `  output: ${indent(schemaType(output, { root: output, path: [] }))};`,
      '};',
    ];
    return indent(`  ${lines.join('\n')}`);
  });
  return `// Made by jobwire-types from ${source}; do not edit.

/** What each job type takes and gives. */
export interface JobTypes {
${entries.join('\n')}
}
`;
}

interface Place {
  /** What references point into. */
  root: Schema;
  /** The references that led here: one that leads to itself again has no end, and is told as unknown. */
  path: readonly string[];
}

/** The type of the values that a schema (draft 2020-12) allows, as far as types can tell. */
export function schemaType(schema: Schema, place: Place): string {
  if (typeof schema === 'boolean') return schema ? 'unknown' : 'never';
  if (typeof schema.$ref === 'string') return referredType(schema.$ref, place);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return unionOf(schema.enum.map((value) => JSON.stringify(value)));
  for (const keyword of ['anyOf', 'oneOf']) {
    const choices = schema[keyword];
    if (Array.isArray(choices)) return unionOf(choices.map((each) => schemaType(each as Schema, place)));
  }
  if (Array.isArray(schema.allOf))
    return schema.allOf.map((each) => bracketed(schemaType(each as Schema, place))).join(' & ');
  const names = [schema.type ?? (schema.properties ? 'object' : undefined)].flat();
  return unionOf(names.map((name) => namedType(name, schema, place)));
}

function namedType(name: Json | undefined, schema: { [keyword: string]: Json }, place: Place): string {
  switch (name) {
    case 'string':
    case 'boolean':
    case 'null':
    case 'number':
      return name;
    case 'integer':
      return 'number';
    case 'array':
      return arrayType(schema, place);
    case 'object':
      return objectType(schema, place);
    default:
      return 'unknown';
  }
}

function arrayType({ prefixItems, items = true }: { [keyword: string]: Json }, place: Place): string {
  const rest = schemaType(items as Schema, place);
  if (!Array.isArray(prefixItems)) return `${bracketed(rest)}[]`;
  const first = prefixItems.map((each) => schemaType(each as Schema, place));
  return `[${[...first, ...(rest === 'never' ? [] : [`...${bracketed(rest)}[]`])].join(', ')}]`;
}

function objectType(schema: { [keyword: string]: Json }, place: Place): string {
  const properties = Object.entries((schema.properties ?? {}) as { [name: string]: Schema });
  const required = (schema.required ?? []) as string[];
  const lines = properties.flatMap(([name, property]) => {
    const description = typeof property === 'object' ? property.description : undefined;
    const mark = required.includes(name) ? '' : '?';
    return [
      ...comment(typeof description === 'string' ? description : ''),
      `${keyOf(name)}${mark}: ${schemaType(property, place)};`,
    ];
  });
  const more = schema.additionalProperties;
  // Beside named properties an index signature would have to fit them all: the named ones are what is told.
  if (lines.length === 0) {
    const isOpen = more === undefined || more === true;
    return `{ [name: string]: ${isOpen ? 'unknown' : schemaType(more as Schema, place)} }`;
  }
  return `{\n${lines.map((line) => `  ${indent(line)}`).join('\n')}\n}`;
}

function referredType(reference: string, { root, path }: Place): string {
  const target = reference.startsWith('#') ? findAt(root, reference.slice(1)) : undefined;
  if (target === undefined || path.includes(reference)) return 'unknown';
  return schemaType(target, { root, path: [...path, reference] });
}

/** What a JSON Pointer (RFC 6901) points at. */
function findAt(root: Schema, pointer: string): Schema | undefined {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
  const found = names.reduce<Json | undefined>(
    (value, name) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined),
    root,
  );
  return found as Schema | undefined;
}

const unionOf = (types: string[]) => [...new Set(types)].map(bracketed).join(' | ') || 'never';
const bracketed = (type: string) => (/ [|&] /.test(type) && !/^[[{(]/.test(type) ? `(${type})` : type);
const keyOf = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const comment = (text: string) => (text === '' ? [] : [`/** ${text.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */`]);
const indent = (text: string) => text.replaceAll('\n', '\n  ');
