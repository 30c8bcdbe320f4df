import type { Template } from 'aws-cdk-lib/assertions';
import { functionOf, resourcesOf, type StageName } from './sample-stack.ts';

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

/** What the roles of a template are granted: a function's own role where its name is given, else every one. */
export function grantedStatements(template: StageName | Template, functionName?: string): Statement[] {
  return resourcesOf(template, 'AWS::IAM::Role')
    .filter(([id]) => functionName === undefined || id === roleOf(template, functionName))
    .flatMap(([, { Properties }]) => (Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[])
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function roleOf(template: StageName | Template, functionName: string): string {
  const [, { Properties }] = functionOf(template, functionName);
  return (Properties.Role as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
}
