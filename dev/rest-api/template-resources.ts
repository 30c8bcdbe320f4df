import type { Assembly } from '../assembly/read-assembly.ts';

type Properties = Record<string, unknown>;

/** The resources of a type, with their unresolved properties. */
export function resourcesOf(assembly: Assembly, type: string): [logicalId: string, properties: Properties][] {
  return Object.entries(assembly.resources)
    .filter(([, resource]) => resource.type === type)
    .map(([logicalId, { properties }]) => [logicalId, properties]);
}

/** The only resource of a type; throws where there are none or several. */
export function onlyResource(assembly: Assembly, type: string): [logicalId: string, properties: Properties] {
  const [only, ...others] = resourcesOf(assembly, type);
  if (only !== undefined && others.length === 0) return only;
  throw new Error(
    `Cannot serve the stack: it has ${only === undefined ? 0 : others.length + 1} resources ${type}, it must have one`,
  );
}

/** The logical id that a `Ref` or an `Fn::GetAtt` names. */
export function targetOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    if ('Ref' in value) return String(value.Ref);
    if ('Fn::GetAtt' in value) {
      const target = value['Fn::GetAtt'];
      return String(Array.isArray(target) ? target[0] : String(target).split('.')[0]);
    }
  }
  throw new Error(`Cannot follow ${JSON.stringify(value)}: it must be a Ref or an Fn::GetAtt`);
}

/** The function's ARN in the address of an integration or authorizer; `owner` is named where there is none. */
export function functionArnOf(assembly: Assembly, uri: unknown, owner: string): string {
  const address = String(assembly.resolve(uri));
  const arn = /\/functions\/(arn:.+?)\/(?:response-streaming-)?invocations$/.exec(address)?.[1];
  if (arn === undefined) throw new Error(`Cannot use ${owner}: its address is ${address}, it must invoke a function`);
  return arn;
}

/** The name in a function's ARN, for the log. */
export function functionNameIn(arn: string): string {
  return arn.split(':')[6] ?? arn;
}
