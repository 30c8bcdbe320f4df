import { type IntrinsicScope, intrinsics } from './intrinsics.ts';
import type { HostOwners } from './local-addresses.ts';
import { localAccount, localRegion, type PhysicalNames, physicalNames, urlSuffix } from './physical-names.ts';
import type { Template } from './template.ts';

/** Stands for a value that is not there: AWS::NoValue. Members that resolve to it are left out. */
const noValue = Symbol('AWS::NoValue');

interface ResolverOptions {
  stackName: string;
  rewrite(text: string, owners: HostOwners): string;
}

export interface Resolver {
  value(value: unknown): unknown;
  /** Whether the condition of a resource or output, if it has one, holds. */
  isWanted(subject: { Condition?: string }): boolean;
}

/** Does the intrinsic functions of `template`; throws, by name, for what the template lacks. */
export function resolver(template: Template, { stackName, rewrite }: ResolverOptions): Resolver {
  const namesOf = physicalNamesOf(template, stackName, resolve);
  const owners: HostOwners = {
    restApiIds: idsOf('AWS::ApiGateway::RestApi'),
    webSocketApiIds: idsOf('AWS::ApiGatewayV2::Api'),
  };
  const pseudo = pseudoParameters(stackName);
  const scope: IntrinsicScope = { template, resolve, ref, attribute, isTrue };

  function idsOf(type: string): string[] {
    const ids = Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
    return ids.map(([logicalId]) => namesOf(logicalId)?.ref ?? logicalId);
  }

  function ref(name: string): unknown {
    if (name in pseudo) return pseudo[name];
    const parameter = template.Parameters?.[name];
    if (parameter !== undefined) return parameter.Default;
    const found = namesOf(name);
    if (found === undefined)
      throw new Error(`Cannot resolve Ref ${name}: the template must have a resource of that name`);
    return found.ref;
  }

  function attribute(logicalId: string, name: string): string {
    const value = namesOf(logicalId)?.attribute(name);
    if (value === undefined) {
      throw new Error(`Cannot resolve Fn::GetAtt ${logicalId}.${name}: the local server must know this attribute`);
    }
    return value;
  }

  function isTrue(condition: string): boolean {
    const expression = template.Conditions?.[condition];
    if (expression === undefined) throw new Error(`Cannot find the condition ${condition}: the template must have it`);
    return resolve(expression) === true;
  }

  function resolve(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== noValue);
    const [entry, ...others] = Object.entries(value);
    const intrinsic = entry === undefined || others.length > 0 ? undefined : intrinsics[entry[0]];
    if (entry !== undefined && intrinsic !== undefined) return intrinsic(entry[1], scope);
    const members = Object.entries(value).map(([key, member]) => [key, resolve(member)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== noValue));
  }

  return {
    value: (value) => rewritten(resolve(value), (text) => rewrite(text, owners)),
    isWanted: ({ Condition }) => Condition === undefined || isTrue(Condition),
  };
}

function pseudoParameters(stackName: string): Record<string, unknown> {
  return {
    'AWS::AccountId': localAccount,
    'AWS::NoValue': noValue,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': localRegion,
    'AWS::StackId': `arn:aws:cloudformation:${localRegion}:${localAccount}:stack/${stackName}/local`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': urlSuffix,
  };
}

/** The physical names of `template`'s resources by logical id, each made when it is first asked for. */
function physicalNamesOf(template: Template, stackName: string, resolve: (value: unknown) => unknown) {
  const names = new Map<string, PhysicalNames>();
  return (logicalId: string): PhysicalNames | undefined => {
    const known = names.get(logicalId);
    const resource = template.Resources[logicalId];
    if (known !== undefined || resource === undefined) return known;
    const made = physicalNames(resource, {
      logicalId,
      stackName,
      named: (property) => {
        const value = resource.Properties?.[property];
        return value === undefined ? undefined : String(resolve(value));
      },
    });
    names.set(logicalId, made);
    return made;
  };
}

/** `value` with each of its strings replaced, and without what has no value. */
function rewritten(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (typeof value !== 'object' || value === null) return value === noValue ? undefined : value;
  if (Array.isArray(value)) return value.map((item) => rewritten(item, replace));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rewritten(member, replace)]));
}
