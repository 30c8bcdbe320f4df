import type { Assembly } from '../../../dev/assembly/read-assembly.ts';
import { resolver } from '../../../dev/assembly/resolve.ts';

export interface HandMadeResource {
  Type: string;
  Properties?: Record<string, unknown>;
}

/** An assembly as the local server reads it, from resources written by hand. */
export function handMadeAssembly(Resources: Record<string, HandMadeResource>): Assembly {
  const { value } = resolver({ Resources }, { stackName: 'test', rewrite: (text) => text });
  const described = Object.entries(Resources).map(([id, { Type, Properties }]) => [
    id,
    { type: Type, properties: Properties ?? {} },
  ]);
  return {
    stackName: 'test',
    resources: Object.fromEntries(described),
    assetDirectory: (hash) => hash,
    resolve: value,
    outputs: {},
  };
}

/** The address at which API Gateway invokes the function with this logical id, as CDK writes it. */
export function invocationUri(functionId: string, kind: 'invocations' | 'response-streaming-invocations') {
  const version = kind === 'invocations' ? '2015-03-31' : '2021-11-15';
  const prefix = ['arn:', { Ref: 'AWS::Partition' }, ':apigateway:', { Ref: 'AWS::Region' }];
  return {
    'Fn::Join': [
      '',
      [...prefix, `:lambda:path/${version}/functions/`, { 'Fn::GetAtt': [functionId, 'Arn'] }, `/${kind}`],
    ],
  };
}
