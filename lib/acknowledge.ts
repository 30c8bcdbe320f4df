import { Stack, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';

/** Rules of cdk-nag that do not hold for `construct` and what is below it, each with its reason. `test/lib/nag.test.ts` asks. */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** The same for wildcards in what `grantee` is granted: each is acknowledged by itself, as cdk-nag writes it. */
export function acknowledgeWildcards(grantee: IGrantable, resourceArns: string[], reason: string): void {
  const { grantPrincipal } = grantee;
  if (!Construct.isConstruct(grantPrincipal)) return;
  const stack = Stack.of(grantPrincipal);
  for (const arn of resourceArns) {
    acknowledge(grantPrincipal, { [`AwsSolutions-IAM5[Resource::${written(stack.resolve(arn))}]`]: reason });
  }
}

/** An ARN in a template as cdk-nag writes it: `<Table.Arn>/index/due`. */
function written(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (Ref) return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  const [separator, parts] = join as [string, unknown[]];
  return parts.map(written).join(separator);
}
