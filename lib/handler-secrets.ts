import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Each is read, and paid for, by itself: a handler that needs more keeps them as one JSON text. */
const maxSecrets = 5;
const secretName = /^[a-z][a-z0-9-]{0,39}$/;

/** The names of the secrets that a job type's handler reads, from what its file exports. Throws, naming the file and the cure. */
export function parseHandlerSecrets(exported: unknown, path: string): string[] {
  const { secrets = [] } = exported as { secrets?: unknown };
  if (!Array.isArray(secrets) || secrets.length > maxSecrets) {
    throw new Error(`Cannot use the secrets of ${path}: they must be a list of at most ${maxSecrets} names`);
  }
  for (const name of secrets) {
    if (typeof name === 'string' && secretName.test(name)) continue;
    throw new Error(
      `Cannot use the secret ${JSON.stringify(name)} of ${path}: its name must be 1 to 40 of a-z, 0-9 and -, and begin with a letter`,
    );
  }
  return [...new Set(secrets)];
}

/**
 * Lets `grantee` read the secrets `names` of the stack's handlers. The stack does not make them: their values come from
 * people, and belong into no template.
 */
export function grantHandlerSecrets(grantee: IGrantable & Construct, names: readonly string[]): void {
  if (names.length === 0) return;
  const stack = Stack.of(grantee);
  const resourceArns = names.map((name) =>
    stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      // Secrets Manager ends each ARN in six characters of its own.
      resourceName: `${stack.stackName}/${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  Grant.addToPrincipal({ grantee, actions: ['secretsmanager:GetSecretValue'], resourceArns });
}
