import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SecretName } from './access.ts';
import { acknowledge } from './acknowledge.ts';
import { dataRemovalPolicy } from './removal.ts';
import type { Stage } from './stages.ts';

const descriptions: Record<SecretName, string> = {
  job: 'Signs queue messages and derives job ids',
  token: 'Signs access tokens',
  webhook: 'Seals the secrets of webhooks in the table',
};

/** The secrets that only functions know, made at the first deployment. */
export class JobSecrets extends Construct {
  readonly byName: Record<SecretName, Secret>;

  constructor(scope: Construct, id: string, { stage, key }: { stage: Stage; key: IKey | undefined }) {
    super(scope, id);
    const make = (name: SecretName) =>
      new Secret(this, name, {
        description: descriptions[name],
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: dataRemovalPolicy(stage),
        ...(key && { encryptionKey: key }),
      });
    acknowledge(this, {
      'AwsSolutions-SMG4':
        'No person knows these secrets, so none has to be taken back from anybody. A rotated one would void job ids, messages in flight and tokens, and leave the secrets of webhooks sealed for good',
    });
    this.byName = { job: make('job'), token: make('token'), webhook: make('webhook') };
  }
}
