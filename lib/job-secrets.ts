import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SecretName } from './access.ts';
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

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const make = (name: SecretName) =>
      new Secret(this, name, {
        description: descriptions[name],
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: dataRemovalPolicy(stage),
      });
    this.byName = { job: make('job'), token: make('token'), webhook: make('webhook') };
  }
}
