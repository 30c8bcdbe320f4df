import { type ApiError, type ProblemCode, problems } from '../../protocol/errors.ts';
import type { GraphqlError } from './graphql-question.ts';

/** A refusal as GraphQL tells it: its `extensions` are what a problem document has beside its title and detail. */
export function problemError(error: ApiError, requestId: string): GraphqlError & { extensions: object } {
  const { code, message, errors, retryAfterSeconds } = error;
  return {
    message,
    extensions: {
      ...extensionsOf(code, requestId),
      ...(errors && { errors }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  };
}

/** What every error in GraphQL says of its code. */
export function extensionsOf(code: ProblemCode, requestId: string) {
  const { status, retryable } = problems[code];
  return { code, status, retryable, requestId };
}
