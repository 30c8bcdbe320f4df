import type { GraphqlAnswer, GraphqlQuestion } from '../core/graphql-question.ts';
import { operate } from './operate.ts';
import { readGraphqlRequest } from './read-graphql-request.ts';

/** What the WebSocket's function asks for a client: the result of an operation, or a subscription compiled. */
export async function answerSocket(
  { principal, requestId, payload }: GraphqlQuestion,
  context: { getRemainingTimeInMillis(): number },
): Promise<GraphqlAnswer> {
  const call = { principal, requestId, remainingMs: () => context.getRemainingTimeInMillis() };
  return await operate(readGraphqlRequest(payload), call);
}
