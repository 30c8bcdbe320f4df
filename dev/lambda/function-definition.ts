import type { Assembly } from '../assembly/read-assembly.ts';
import { localCredentials } from '../local-credentials.ts';

/** A function of the stack, as an environment needs it. */
export interface FunctionDefinition {
  logicalId: string;
  name: string;
  arn: string;
  /** What the log calls it: its name without the stack's. */
  title: string;
  directory: string;
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  /** The most calls at a time that the template reserves; absent where it reserves none. */
  reservedConcurrency?: number;
  /** What the template gives it. */
  ownVariables: Record<string, string>;
  /** These, and what the platform sets. */
  variables: Record<string, string>;
}

interface FunctionProperties {
  Code?: { S3Key?: string };
  Environment?: { Variables?: Record<string, string> };
  Handler?: string;
  MemorySize?: number;
  ReservedConcurrentExecutions?: number;
  Runtime?: string;
  Timeout?: number;
}

const defaultTimeoutSeconds = 3;
const defaultMemoryMb = 128;

/** The Node functions of `assembly`; those of other runtimes and those with inline code only serve a deployment. */
export function functionDefinitions(assembly: Assembly, endpoints: Record<string, string>): FunctionDefinition[] {
  return Object.entries(assembly.resources)
    .filter(([, resource]) => resource.type === 'AWS::Lambda::Function')
    .flatMap(([logicalId, resource]) => {
      const properties = assembly.resolve(resource.properties) as FunctionProperties;
      const hash = properties.Code?.S3Key;
      if (hash === undefined || !properties.Runtime?.startsWith('nodejs')) return [];
      return [defineFunction(assembly, logicalId, { properties, hash, endpoints })];
    });
}

interface Source {
  properties: FunctionProperties;
  hash: string;
  endpoints: Record<string, string>;
}

function defineFunction(assembly: Assembly, logicalId: string, { properties, hash, endpoints }: Source) {
  const name = String(assembly.resolve({ Ref: logicalId }));
  const arn = String(assembly.resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] }));
  const memoryMb = properties.MemorySize ?? defaultMemoryMb;
  const handler = properties.Handler ?? 'index.handler';
  const ownVariables = properties.Environment?.Variables ?? {};
  const reserved = properties.ReservedConcurrentExecutions;
  return {
    logicalId,
    name,
    arn,
    title: name.replace(`${assembly.stackName}-`, ''),
    directory: assembly.assetDirectory(hash),
    handler,
    timeoutMs: (properties.Timeout ?? defaultTimeoutSeconds) * 1000,
    memoryMb,
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
    ownVariables,
    variables: { ...runtimeVariables({ name, handler, memoryMb }), ...endpoints, ...ownVariables },
  };
}

/** What Lambda sets itself ("Using Lambda environment variables"). */
function runtimeVariables({ name, handler, memoryMb }: { name: string; handler: string; memoryMb: number }) {
  return {
    ...localCredentials,
    _HANDLER: handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    TZ: 'UTC',
  };
}
