import type { ErrorObject } from 'ajv';
import type { Fault } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/types.ts';
import { isObject, type JsonObject, kindOf, pointerToken } from './read-fields.ts';

interface Checked {
  /** The type's JSON Schema, which the faults are about. */
  schema: JsonObject;
  input: Json;
  /** Where the input stands in the body. */
  pointer: string;
}

/** What a JSON Schema check found, told to whoever wrote the input: where, what is there, and what is allowed. */
export function inputFaults(errors: readonly ErrorObject[], { schema, input, pointer }: Checked): Fault[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const unionsAt = Map.groupBy(unions, ({ instancePath }) => instancePath);
  const faults = errors
    .filter((error) => !unionsAt.get(error.instancePath)?.some((union) => isBranchOf(error, union)))
    .map((error) => ({
      pointer: `${pointer}${error.instancePath}${memberOf(error)}`,
      detail: describe(error, { schema, value: valueAt(input, error.instancePath) }),
    }));
  return [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()];
}

/** True for what one branch of a union has against the very value that no branch takes: the union's fault says it all. */
function isBranchOf(error: ErrorObject, union: ErrorObject): boolean {
  return error !== union && error.schemaPath.startsWith(`${union.schemaPath}/`);
}

/** Faults of a member point at the member, there or missing, not at the object around it. */
function memberOf({ params, keyword }: ErrorObject): string {
  const names: Record<string, string> = {
    required: params.missingProperty,
    additionalProperties: params.additionalProperty,
    unevaluatedProperties: params.unevaluatedProperty,
    propertyNames: params.propertyName,
  };
  const name = names[keyword];
  return name === undefined ? '' : `/${pointerToken(name)}`;
}

interface Described {
  schema: JsonObject;
  value: Json | undefined;
}

function describe({ keyword, params, schemaPath, message }: ErrorObject, { schema, value }: Described): string {
  const around = schemaAt(schema, schemaPath.slice(0, schemaPath.lastIndexOf('/')));
  switch (keyword) {
    case 'required':
      return `Must be there: ${expectation(memberSchema(around, params.missingProperty))}`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `Unknown here; allowed are ${Object.keys(isObject(around.properties) ? around.properties : {}).join(', ') || 'none'}`;
    case 'type':
      return `Must be ${expectation(around)}, is ${kindOf(value)}`;
    case 'enum':
      return `Must be one of ${params.allowedValues.map((each: Json) => JSON.stringify(each)).join(', ')}`;
    case 'const':
      return `Must be ${JSON.stringify(params.allowedValue)}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `Must be ${expectation(around)}, is ${JSON.stringify(value)}`;
    case 'minLength':
    case 'maxLength':
      return `Must be ${expectation(around)}, has ${[...String(value)].length}`;
    case 'minItems':
    case 'maxItems':
      return `Must be ${expectation(around)}, has ${Array.isArray(value) ? value.length : 0}`;
    case 'pattern':
      return `Must match ${params.pattern}${descriptionOf(around)}`;
    case 'format':
      return `Must be a valid ${params.format}${descriptionOf(around)}`;
    case 'anyOf':
    case 'oneOf':
      return `Must be one of the forms that the schema allows${descriptionOf(around)}`;
    default:
      return `Not allowed: ${message ?? keyword}`;
  }
}

const descriptionOf = ({ description }: JsonObject) => (typeof description === 'string' ? ` (${description})` : '');

function memberSchema({ properties }: JsonObject, name: string): JsonObject {
  const member = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return isObject(member) ? member : {};
}

/** What a schema allows, in words: "an integer from 1 to 1000". */
function expectation(schema: JsonObject): string {
  const { type, enum: choices, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (Array.isArray(choices)) return `one of ${choices.map((each) => JSON.stringify(each)).join(', ')}`;
  const kinds = [type].flat().filter((each) => typeof each === 'string');
  const kind = kinds.length > 0 ? kinds.map(withArticle).join(' or ') : 'a value';
  const numbers = [
    range(minimum, maximum),
    exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`,
    exclusiveMaximum === undefined ? '' : ` below ${exclusiveMaximum}`,
  ].join('');
  const lengths = span(schema.minLength, schema.maxLength, 'characters');
  const counts = span(schema.minItems, schema.maxItems, 'items');
  return `${kind}${numbers}${lengths}${counts}${descriptionOf(schema)}`;
}

function span(from: Json | undefined, to: Json | undefined, unit: string): string {
  if (from === undefined) return to === undefined ? '' : ` of up to ${to} ${unit}`;
  return to === undefined ? ` of ${from} ${unit} or more` : ` of ${from} to ${to} ${unit}`;
}

const withArticle = (kind: string) => (kind === 'null' ? kind : /^[aio]/.test(kind) ? `an ${kind}` : `a ${kind}`);

/** zod bounds every integer by what a double holds exactly: no news to anyone. */
const isTold = (bound: Json | undefined) => bound !== undefined && Math.abs(Number(bound)) < Number.MAX_SAFE_INTEGER;

function range(from: Json | undefined, to: Json | undefined): string {
  if (isTold(from)) return isTold(to) ? ` from ${from} to ${to}` : ` from ${from} on`;
  return isTold(to) ? ` up to ${to}` : '';
}

function schemaAt(root: JsonObject, path: string): JsonObject {
  const found = valueAt(root, decodeURIComponent(path.replace(/^#/, '')));
  return isObject(found) ? found : {};
}

/** The value at a JSON pointer; undefined where there is none. */
function valueAt(root: Json, pointer: string): Json | undefined {
  let value: Json | undefined = root;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}
