import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { GraphqlAnswer, GraphqlQuestion } from '../core/graphql-question.ts';
import { env, platformEnv } from '../env.ts';
import { signedFetch } from './signed-request.ts';
import { faultOf } from './unavailable-error.ts';

/** Longer than the function has for its answer, and its start with it. */
export const askTimeoutSeconds: number = limits.maxGraphqlSeconds + 4;

/**
 * Asks the graphql function, by a plain call of Lambda's API, so that no client of it is loaded. Once: whether a
 * mutation whose answer was lost has been carried out, nobody can tell.
 */
export async function askGraphql(question: GraphqlQuestion): Promise<GraphqlAnswer> {
  const name = env('GRAPHQL_FUNCTION');
  const response = await signedFetch('lambda', {
    method: 'POST',
    url: `${endpoint()}/2015-03-31/functions/${name}/invocations`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ graphql: question }),
    timeoutMs: askTimeoutSeconds * 1000,
    attempts: 1,
  });
  const hasFailed = response.headers.has('x-amz-function-error');
  if (response.ok && !hasFailed) return (await response.json()) as GraphqlAnswer;
  const fault = await response.text();
  if (hasFailed && fault.includes('timed out')) throw cutOff();
  if (hasFailed) throw new Error(`Cannot execute the operation: the function ${name} has failed`);
  throw faultOf(response.status, `Cannot call the function ${name}: Lambda answered ${response.status}`);
}

function cutOff(): ApiError {
  const detail = `Cannot tell what became of the operation: it was cut off, for it took over ${limits.maxGraphqlSeconds} s, and may have been carried out`;
  return new ApiError('gateway-timeout', detail);
}

function endpoint(): string {
  const region = platformEnv('AWS_REGION') ?? 'us-east-1';
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const named = platformEnv('AWS_ENDPOINT_URL_LAMBDA') ?? platformEnv('AWS_ENDPOINT_URL');
  return named ?? `https://lambda.${region}.${suffix}`;
}
