import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { dataRemovalPolicy } from './removal.ts';
import type { Stage } from './stages.ts';

/** The KMS key of a stack's own: whoever may not use it reads nothing, and its use is on record in CloudTrail. */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const stack = Stack.of(this);
    this.key = new Key(this, 'Key', {
      alias: stack.stackName,
      description: `Encrypts what ${stack.stackName} keeps`,
      enableKeyRotation: true,
      removalPolicy: dataRemovalPolicy(stage),
    });
    // CloudWatch Logs writes with the key itself, and says for which log group ("Encrypt log data in CloudWatch Logs").
    const logGroupArns = [`/aws/lambda/${stack.stackName}-*`, `${stack.stackName}-*`].map((resourceName) =>
      stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroupArns } },
      }),
    );
  }
}
