import { findLocalServer, localVariables } from './local-server.ts';

/** Where the operator's commands find the table, as the variables that the AWS modules read. */
export interface TableTarget {
  /** For people: what this is. */
  name: string;
  /** The stage, which keys carry in their prefix. */
  stage: string;
  variables: Record<string, string>;
}

interface TargetOptions {
  /** `--table`. */
  table?: string | undefined;
  /** `--stage`. */
  stage?: string | undefined;
  /** The process's environment. */
  env: Record<string, string | undefined>;
}

/**
 * The table to work on: `--table`, else the variable TABLE_NAME, else that of the local server that is running.
 * Throws, saying what to do, where there is none.
 */
export function findTarget({ table, stage, env }: TargetOptions): TableTarget {
  const endpoint = env.AWS_ENDPOINT_URL_DYNAMODB;
  const named = table ?? env.TABLE_NAME;
  if (named === undefined) return localServer(env);
  const isLocal = endpoint !== undefined && /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(endpoint);
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (isLocal ? 'us-east-1' : undefined);
  if (region === undefined) {
    throw new Error(`Cannot reach the table ${named}: no region is set, set AWS_REGION to that of the stack`);
  }
  return {
    name: `table ${named}${endpoint === undefined ? ` in ${region}` : ` at ${endpoint}`}`,
    stage: stage ?? env.ENVIRONMENT ?? (isLocal ? 'local' : 'prod'),
    variables: { ...(isLocal && localVariables), TABLE_NAME: named, AWS_REGION: region },
  };
}

function localServer(env: TargetOptions['env']): TableTarget {
  const server = findLocalServer(env);
  if (!server) {
    throw new Error(
      'Cannot find a table: no local server is running here (npm start), so name one with --table, as the stack puts it out under TableName',
    );
  }
  const { tableName, dynamodbUrl, region } = server.aws;
  return {
    name: `the local server at ${server.rest}`,
    stage: 'local',
    variables: {
      ...localVariables,
      TABLE_NAME: tableName,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl,
      AWS_REGION: region,
    },
  };
}
