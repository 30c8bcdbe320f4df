import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Assembly } from '../assembly/read-assembly.ts';
import type { OwnSecrets } from './own-secrets.ts';

/** The local Secrets Manager: GetSecretValue. The stack's own secrets are made anew at each start. */
export interface Secrets {
  /** Makes the assembly's secrets that are not there yet. */
  load(assembly: Assembly): void;
  /** Answers a request of Secrets Manager's JSON protocol. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

interface GeneratedSecret {
  PasswordLength?: number;
  ExcludePunctuation?: boolean;
  ExcludeCharacters?: string;
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
}

interface SecretProperties {
  SecretString?: string;
  GenerateSecretString?: GeneratedSecret;
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const defaultLength = 32;

/** `own` gives the values of what the stack does not make: the secrets of handlers, named `<stack>/<name>`. */
export function startSecrets(own: OwnSecrets = () => undefined): Secrets {
  const values = new Map<string, string>();
  let prefix = '/';
  return {
    load(assembly) {
      prefix = `${assembly.stackName}/`;
      for (const [logicalId, { type, properties }] of Object.entries(assembly.resources)) {
        const arn = String(type === 'AWS::SecretsManager::Secret' ? assembly.resolve({ Ref: logicalId }) : '');
        if (arn === '' || values.has(arn)) continue;
        values.set(arn, secretValue(assembly.resolve(properties) as SecretProperties));
      }
    },
    async handle(request, response) {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1);
      const { SecretId } = parseInput(await text(request));
      const value = SecretId.startsWith(prefix) ? own(SecretId.slice(prefix.length)) : values.get(SecretId);
      if (operation !== 'GetSecretValue') {
        answer(response, 400, { __type: 'UnknownOperationException', message: `Unknown operation: ${operation}` });
      } else if (value === undefined) {
        const message = "Secrets Manager can't find the specified secret.";
        answer(response, 400, { __type: 'ResourceNotFoundException', message });
      } else {
        answer(response, 200, {
          ARN: SecretId,
          Name: SecretId.split(':').at(-1),
          SecretString: value,
          VersionStages: ['AWSCURRENT'],
        });
      }
    },
  };
}

function parseInput(body: string): { SecretId: string } {
  try {
    const { SecretId } = JSON.parse(body);
    return { SecretId: String(SecretId) };
  } catch {
    return { SecretId: '' };
  }
}

/** The value that CloudFormation would give a secret ("AWS::SecretsManager::Secret GenerateSecretString"). */
function secretValue({ SecretString, GenerateSecretString }: SecretProperties): string {
  if (GenerateSecretString === undefined) return SecretString ?? '';
  const password = generatePassword(GenerateSecretString);
  const { SecretStringTemplate, GenerateStringKey } = GenerateSecretString;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: password });
}

function generatePassword({
  PasswordLength = defaultLength,
  ExcludePunctuation,
  ExcludeCharacters = '',
}: GeneratedSecret) {
  const alphabet = [...letters, ...(ExcludePunctuation === true ? '' : punctuation)];
  const allowed = alphabet.filter((character) => !ExcludeCharacters.includes(character));
  return Array.from({ length: PasswordLength }, () => allowed[randomInt(allowed.length)]).join('');
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
