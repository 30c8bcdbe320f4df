import { problemError } from '../core/graphql-error.ts';
import type { GraphqlAnswer, GraphqlQuestion } from '../core/graphql-question.ts';
import { traceFieldsOf, traceparentOf } from '../core/trace-context.ts';
import { log, withLogFields } from '../edge/log.ts';
import { flushMetrics } from '../edge/metrics.ts';
import { apiErrorOf } from '../edge/respond.ts';
import { operate } from './operate.ts';
import { readGraphqlRequest } from './read-graphql-request.ts';

/** What the WebSocket's function asks for a client: the result of an operation, or a subscription compiled. */
export async function answerSocket(
  { principal, requestId, payload }: GraphqlQuestion,
  context: { getRemainingTimeInMillis(): number },
): Promise<GraphqlAnswer> {
  const remainingMs = () => context.getRemainingTimeInMillis();
  try {
    const request = readGraphqlRequest(payload);
    const traceparent = traceparentOf({ traceparent: request.traceparent });
    return await withLogFields({ requestId, ...traceFieldsOf(traceparent) }, () =>
      operate(request, { principal, requestId, traceparent, remainingMs }),
    );
  } catch (thrown) {
    const error = apiErrorOf(thrown);
    if (error.status >= 500) log.error('operation failed', { requestId, code: error.code, error: thrown });
    return { kind: 'refused', errors: [problemError(error, requestId)] };
  } finally {
    flushMetrics();
  }
}
