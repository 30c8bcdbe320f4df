import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownSecrets } from '../../../dev/secrets/own-secrets.ts';
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
const directory = mkdtempSync(join(tmpdir(), 'jobwire-secrets-'));
const file = join(directory, 'secrets.json');
const warnings: string[] = [];
const secrets = startSecrets(ownSecrets(file, (message) => warnings.push(message)));
const server = createServer((request, response) => void secrets.handle(request, response));
const arnOf = (logicalId: string) => String(assembly.resolve({ Ref: logicalId }));

beforeAll(async () => {
  secrets.load(assembly);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

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

  describe('the secrets of handlers', () => {
    const askFor = async (id: string) => (await ask('GetSecretValue', JSON.stringify({ SecretId: id }))).json();
    const id = `${assembly.stackName}/model-key`;

    test('are read from the file, as it is now', async () => {
      writeFileSync(file, '{ "model-key": "first" }');
      expect(await askFor(id)).toMatchObject({ SecretString: 'first' });
      writeFileSync(file, '{ "model-key": "second" }');
      expect(await askFor(id)).toMatchObject({ SecretString: 'second' });
      expect(await askFor('other-stack/model-key')).toMatchObject({ __type: 'ResourceNotFoundException' });
    });

    test.each([
      ['no file', undefined, `write { "model-key": "..." } into ${file}`],
      ['a file without it', '{ "other": "value" }', `write { "model-key": "..." } into ${file}`],
      ['an empty one', '{ "model-key": "" }', `write { "model-key": "..." } into ${file}`],
      ['a name that all objects have', '{ "__proto__": "value" }', `write { "model-key": "..." } into ${file}`],
      ['a file that is no JSON', '{ "model-key": "top-secret', 'it is no JSON object, it must be like'],
      ['a file that is no object', '7', 'it is no JSON object, it must be like'],
    ])('have no value where there is %s, and the log says what to do', async (_, text, says) => {
      rmSync(file, { force: true });
      if (text !== undefined) writeFileSync(file, text);
      expect(await askFor(id)).toMatchObject({ __type: 'ResourceNotFoundException' });
      expect(warnings.at(-1)).toContain(says);
      expect(warnings.join()).not.toContain('top-secret');
    });
  });
});
