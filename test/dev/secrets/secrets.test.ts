import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSecrets } from '../../../dev/secrets/secrets.ts';
import { sampleAssembly } from '../sample-assembly.ts';

const assembly = sampleAssembly({
  resources: {
    Plain: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } },
    },
    Shaped: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        GenerateSecretString: {
          SecretStringTemplate: '{"user":"me"}',
          GenerateStringKey: 'password',
          ExcludeCharacters: 'abc"',
        },
      },
    },
    Given: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'as it is' } },
  },
});
const secrets = startSecrets();
const server = createServer((request, response) => void secrets.handle(request, response));
const arnOf = (logicalId: string) => String(assembly.resolve({ Ref: logicalId }));

beforeAll(async () => {
  secrets.load(assembly);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void server.close());

function ask(operation: string, body: string): Promise<Response> {
  const headers = { 'x-amz-target': `secretsmanager.${operation}` };
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { method: 'POST', headers, body });
}

async function secretText(logicalId: string): Promise<string> {
  const response = await ask('GetSecretValue', JSON.stringify({ SecretId: arnOf(logicalId) }));
  return ((await response.json()) as { SecretString: string }).SecretString;
}

describe('startSecrets()', () => {
  test('generates a value as the template asks for', async () => {
    expect(await secretText('Plain')).toMatch(/^[A-Za-z0-9]{64}$/);
    const shaped = JSON.parse(await secretText('Shaped'));
    expect(shaped.user).toBe('me');
    expect(shaped.password).toMatch(/^[^abc"]{32}$/);
    expect(await secretText('Given')).toBe('as it is');
  });

  test('keeps its values when the stack is loaded again, and makes others for another start', async () => {
    const before = await secretText('Plain');
    secrets.load(assembly);
    expect(await secretText('Plain')).toBe(before);
  });

  test.each([
    ['GetSecretValue', '{"SecretId":"arn:aws:secretsmanager:nobody"}', 'ResourceNotFoundException'],
    ['GetSecretValue', 'no json', 'ResourceNotFoundException'],
    ['DeleteSecret', '{}', 'UnknownOperationException'],
  ])('refuses %s of %s', async (operation, body, type) => {
    const response = await ask(operation, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: type });
  });
});
