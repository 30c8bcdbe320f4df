import { GraphQLError } from 'graphql';
import type { ProblemCode } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { extensionsOf, problemError } from '../core/graphql-error.ts';
import type { GraphqlError } from '../core/graphql-question.ts';
import { boundText } from '../core/run-end.ts';
import { log } from '../edge/log.ts';
import { apiErrorOf } from '../edge/respond.ts';

/** An error of the library's, or what we threw behind it, as clients are told it. */
export function presentError(error: GraphQLError, requestId: string): GraphqlError {
  const { locations, path } = error;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  const cause = causeOf(error);
  if (!cause) {
    // The library's show the value that does not fit, whole, once for each of its faults.
    const message = boundText(error.message, limits.maxErrorMessageLength);
    return { message, ...where, extensions: extensionsOf(codeOf(error), requestId) };
  }
  const told = apiErrorOf(cause);
  if (told.status >= 500)
    log.error('field failed', { requestId, code: told.code, error: cause, path: path?.join('.') });
  return { ...problemError(told, requestId), ...where };
}

/** What was thrown by us: what the library itself finds wrong in a document or its variables has no such cause. */
function causeOf({ originalError }: GraphQLError): Error | undefined {
  return originalError instanceof GraphQLError ? causeOf(originalError) : (originalError ?? undefined);
}

function codeOf({ extensions }: GraphQLError): ProblemCode {
  return extensions.code === 'document-too-costly' ? extensions.code : 'invalid-document';
}
