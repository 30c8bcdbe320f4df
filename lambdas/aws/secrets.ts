import { platformEnv } from '../env.ts';
import { signedFetch } from './signed-request.ts';
import { faultOf } from './unavailable-error.ts';

const secrets = new Map<string, Promise<string>>();

/** The text of a secret, read once in the life of an environment. */
export function getSecret(arn: string): Promise<string> {
  const known = secrets.get(arn);
  if (known) return known;
  const secret = readSecret(arn);
  secrets.set(arn, secret);
  // A failure is not kept: the next call tries again.
  secret.catch(() => secrets.delete(arn));
  return secret;
}

async function readSecret(arn: string): Promise<string> {
  const text = await findSecret(arn);
  if (!text) throw new Error(`Cannot read secret ${arn}: it has no text`);
  return text;
}

/** The text that a secret has now, by its ARN or its name; undefined where there is no such secret, or no text in it. */
export async function findSecret(id: string): Promise<string | undefined> {
  const response = await signedFetch('secretsmanager', {
    method: 'POST',
    url: `${endpoint()}/`,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: JSON.stringify({ SecretId: id }),
  });
  // Whatever the answer: one that is not read holds its connection.
  const text = await response.text();
  if (response.ok) return (JSON.parse(text) as { SecretString?: string }).SecretString;
  // AWS writes the shape's name, or a URI that ends with it.
  if (response.status === 400 && text.includes('ResourceNotFoundException')) return undefined;
  throw faultOf(response.status, `Cannot read secret ${id}: Secrets Manager answered ${response.status}`);
}

function endpoint(): string {
  const region = platformEnv('AWS_REGION') ?? 'us-east-1';
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const named = platformEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER') ?? platformEnv('AWS_ENDPOINT_URL');
  return named ?? `https://secretsmanager.${region}.${suffix}`;
}
