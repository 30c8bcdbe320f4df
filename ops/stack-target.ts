import { dynamo } from '../lambdas/aws/clients.ts';
import { callLambda } from './lambda-api.ts';
import { findLocalServer, localVariables } from './local-server.ts';
import { UsageError } from './usage-error.ts';

/** The stack to work on. */
export interface Stack {
  name: string;
  /** For people: where it is. */
  place: string;
  /** True: the local server, which has no CloudWatch. */
  isLocal: boolean;
  /** Where Lambda's API is, without a slash at the end. */
  lambdaUrl: string;
}

type Environment = Record<string, string | undefined>;

/**
 * The stack that `--stack` names, else that of the local server that is running. What its functions are told (the
 * names of table and queues), and what signs requests, is in `env` from then on, where `lambdas/aws` looks for it.
 */
export async function openStack({ name, env }: { name?: string | undefined; env: Environment }): Promise<Stack> {
  const stack = name === undefined ? localStack(env) : await deployedStack(name, env);
  const variables = await readVariables(stack);
  Object.assign(env, variables);
  // Its queues' addresses say where they are; the client wants to hear it too, or it tells of each.
  if (name === undefined) env.AWS_ENDPOINT_URL_SQS = new URL(variables.QUEUE_URL_PREFIX ?? '').origin;
  return stack;
}

function localStack(env: Environment): Stack {
  const server = findLocalServer(env);
  if (!server) {
    throw new UsageError(
      'Cannot find a stack: no local server is running here (npm start), so name a deployed one, as in --stack jobwire-prod',
    );
  }
  const { stackName, dynamodbUrl, lambdaUrl, region } = server.aws;
  Object.assign(env, localVariables, { AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl, AWS_REGION: region });
  return { name: stackName, place: `the local server at ${server.rest}`, isLocal: true, lambdaUrl };
}

async function deployedStack(name: string, env: Environment): Promise<Stack> {
  const { region, credentials } = dynamo().config;
  const found = await region().catch(() => undefined);
  if (!found)
    throw new UsageError(`Cannot reach the stack ${name}: no region is set, set AWS_REGION to that of the stack`);
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials().catch((cause: unknown) => {
    throw new Error(
      `Cannot reach the stack ${name}: there are no AWS credentials, set AWS_PROFILE or sign in as for the aws command`,
      { cause },
    );
  });
  // Whatever they came from: Lambda's API is called without its client, which looks for them here.
  Object.assign(env, { AWS_REGION: found, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  if (sessionToken) env.AWS_SESSION_TOKEN = sessionToken;
  const suffix = found.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const lambdaUrl = env.AWS_ENDPOINT_URL_LAMBDA ?? env.AWS_ENDPOINT_URL ?? `https://lambda.${found}.${suffix}`;
  return { name, place: `the stack ${name} in ${found}`, isLocal: false, lambdaUrl: lambdaUrl.replace(/\/$/, '') };
}

/** What every function of the stack is told; one of them is asked. */
async function readVariables(stack: Stack): Promise<Record<string, string>> {
  const { name, place } = stack;
  const response = await callLambda(stack, { of: 'submit-job', call: 'configuration' });
  if (response.ok) {
    const { Environment } = (await response.json()) as { Environment?: { Variables?: Record<string, string> } };
    if (Environment?.Variables) return Environment.Variables;
  }
  await response.body?.cancel();
  if (response.status === 404) throw new Error(`Cannot find ${place}: it has no function ${name}-submit-job`);
  if (response.status === 403) {
    throw new Error(
      `Cannot read ${place}: AWS refuses these credentials, they must allow lambda:GetFunctionConfiguration`,
    );
  }
  throw new Error(`Cannot read ${place}: Lambda answered ${response.status}`);
}
