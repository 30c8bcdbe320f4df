import type { Template } from './template.ts';

/** What an intrinsic function may look at. */
export interface IntrinsicScope {
  template: Template;
  resolve(value: unknown): unknown;
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): string;
  isTrue(condition: string): boolean;
}

type Intrinsic = (argument: unknown, scope: IntrinsicScope) => unknown;

/** CloudFormation's intrinsic functions by name ("Intrinsic function reference"). */
export const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, { ref }) => ref(String(name)),
  Condition: (name, { isTrue }) => isTrue(String(name)),
  'Fn::GetAtt': getAttribute,
  'Fn::Join': (argument, scope) => {
    const [delimiter, values] = list('Fn::Join', argument);
    return list('Fn::Join', scope.resolve(values)).map(String).join(String(delimiter));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope) => {
    const [index, values] = list('Fn::Select', argument);
    const items = list('Fn::Select', scope.resolve(values));
    const position = Number(scope.resolve(index));
    if (position in items) return items[position];
    throw new Error(`Cannot do Fn::Select: index ${position} is out of range, the list has ${items.length} items`);
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = list('Fn::Split', argument);
    return String(scope.resolve(text)).split(String(delimiter));
  },
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = list('Fn::If', argument);
    return scope.resolve(scope.isTrue(String(condition)) ? whenTrue : whenFalse);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list('Fn::Equals', scope.resolve(argument));
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument, scope) => list('Fn::And', scope.resolve(argument)).every(Boolean),
  'Fn::Or': (argument, scope) => list('Fn::Or', scope.resolve(argument)).some(Boolean),
  'Fn::Not': (argument, scope) => list('Fn::Not', scope.resolve(argument))[0] !== true,
  'Fn::Base64': (argument, scope) => Buffer.from(String(scope.resolve(argument))).toString('base64'),
  'Fn::FindInMap': findInMap,
  'Fn::GetAZs': () => ['us-east-1a', 'us-east-1b'],
  'Fn::ImportValue': (argument) => {
    throw new Error(`Cannot do Fn::ImportValue ${JSON.stringify(argument)}: a local stack must stand alone`);
  },
};

function getAttribute(argument: unknown, { attribute }: IntrinsicScope): string {
  const [logicalId, ...name] = typeof argument === 'string' ? argument.split('.') : list('Fn::GetAtt', argument);
  return attribute(String(logicalId), name.join('.'));
}

function substitute(argument: unknown, scope: IntrinsicScope): string {
  const [text, variables] = typeof argument === 'string' ? [argument, {}] : list('Fn::Sub', argument);
  const own = new Map(Object.entries(variables ?? {}));
  return String(text).replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (own.has(name)) return String(scope.resolve(own.get(name)));
    const [logicalId = '', ...attributeName] = name.split('.');
    return attributeName.length > 0 ? scope.attribute(logicalId, attributeName.join('.')) : String(scope.ref(name));
  });
}

function findInMap(argument: unknown, scope: IntrinsicScope): unknown {
  const [map, first, second] = list('Fn::FindInMap', scope.resolve(argument)).map(String);
  const value = scope.template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? ''];
  if (value === undefined)
    throw new Error(`Cannot do Fn::FindInMap ${map}.${first}.${second}: the template must have it`);
  return value;
}

function list(intrinsic: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`Cannot do ${intrinsic}: its argument is ${JSON.stringify(value)}, it must be a list`);
}
