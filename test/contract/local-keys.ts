import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KeyRequest, MadeKey, Target } from './target.ts';

/** Where a local server keeps its table, as its state file says under `aws`. */
export interface LocalTable {
  tableName: string;
  dynamodbUrl: string;
}

const command = join(import.meta.dirname, '../../ops/keys.ts');

/** Makes and revokes keys by the operator's own command. */
export function localKeys({ tableName, dynamodbUrl }: LocalTable): NonNullable<Target['keys']> {
  async function run(...args: string[]): Promise<string> {
    const env = { ...process.env, TABLE_NAME: tableName, AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl };
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...args, '--json'], { env });
    return stdout;
  }
  return {
    async make({ tenant, scopes, jobsPerWindow }: KeyRequest): Promise<MadeKey> {
      const options = [
        ...(scopes ? ['--scopes', scopes.join(',')] : []),
        ...(jobsPerWindow ? ['--jobs-per-window', String(jobsPerWindow)] : []),
      ];
      const { id, key } = JSON.parse(await run('create', '--tenant', tenant, ...options));
      return { id, key };
    },
    async revoke(id) {
      await run('revoke', id);
    },
  };
}
