import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localCredentials } from './local-credentials.ts';

interface CreateKeyOptions {
  root: string;
  tableName: string;
  dynamodbUrl: string;
}

/** Makes an API key with every scope by the operator's own command, and returns its text. */
export async function createLocalKey({ root, tableName, dynamodbUrl }: CreateKeyOptions): Promise<string> {
  const script = join(root, 'ops/keys.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'create', '--tenant', 'local', '--json'], {
    cwd: root,
    env: { ...localCredentials, TABLE_NAME: tableName, AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl, ENVIRONMENT: 'local' },
  });
  const { key } = JSON.parse(stdout);
  if (typeof key === 'string') return key;
  throw new Error(`Cannot make an API key: ${script} answered without one`);
}
