import { existsSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';

/** What a running local server tells of itself, as far as operators' commands need it. */
interface LocalServer {
  pid: number;
  rest: string;
  aws: { stackName: string; tableName: string; dynamodbUrl: string; lambdaUrl: string; region: string };
}

/** Credentials that the local services take, and none of the user's own. */
export const localVariables = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
};

/** The local server that is running, by its state file; undefined where there is none. */
export function findLocalServer(env: Record<string, string | undefined>): LocalServer | undefined {
  const path = env.JOBWIRE_STATE ?? '.jobwire/local.json';
  if (!existsSync(path)) return undefined;
  const state = JSON.parse(readFileSync(path, 'utf8')) as Partial<LocalServer> & { pid: number };
  return state.aws && isAlive(state.pid) ? (state as LocalServer) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
