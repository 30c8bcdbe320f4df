import {
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { limits } from '../../protocol/limits.ts';
import type { GraphqlAnswer } from '../core/graphql-question.ts';
import { bytesOf, newRoom } from './answer-room.ts';
import type { Call } from './call.ts';
import { compileSubscription } from './compile-subscription.ts';
import { findDocument } from './documents.ts';
import { presentError } from './present-error.ts';
import type { GraphqlRequest } from './read-graphql-request.ts';
import { schema } from './schema.ts';

/** Executes a query or a mutation, or compiles a subscription: the one way in for every transport. */
export async function operate(
  request: GraphqlRequest,
  asking: Omit<Call, 'room'>,
  { mutates = true }: { mutates?: boolean } = {},
): Promise<GraphqlAnswer> {
  const call: Call = { ...asking, room: newRoom() };
  const refused = (errors: readonly GraphQLError[]): GraphqlAnswer => ({
    kind: 'refused',
    errors: tell(errors, call),
  });
  const found = findDocument(request);
  if ('faults' in found) return refused(found.faults);
  const { document } = found;
  const { operationName, variables: variableValues = {} } = request;
  const operation = getOperationAST(document, operationName);
  if (!operation) return refused([noOperation(operationName)]);
  if (operation.operation === 'mutation' && !mutates)
    return refused([new GraphQLError('Cannot execute a mutation here: it must be sent by POST')]);
  if (operation.operation === 'subscription') {
    const { errors, coerced } = coerce(operation, variableValues);
    if (errors) return refused(errors);
    const compiled = compileSubscription({ document, operation, variables: coerced });
    return compiled instanceof GraphQLError ? refused([compiled]) : { kind: 'subscription', subscription: compiled };
  }
  const result = await execute({ schema, document, operationName, variableValues, contextValue: call });
  if (!('data' in result)) return refused(result.errors ?? []);
  const presented = present(result, call);
  const bytes = bytesOf(presented);
  return bytes > limits.maxBatchBytes ? refused([tooLarge(bytes)]) : { kind: 'result', result: presented };
}

/** What `withinRoom` cannot see: what is asked about the schema, and very many small values. */
function tooLarge(bytes: number): GraphQLError {
  const message = `Cannot tell the result: it has ${bytes} bytes, it must have at most ${limits.maxBatchBytes}`;
  return new GraphQLError(message, { extensions: { code: 'document-too-costly' } });
}

function noOperation(name: string | undefined): GraphQLError {
  return new GraphQLError(
    name === undefined
      ? 'Cannot tell which operation is meant: the document has several or none, `operationName` must name one'
      : `Cannot find the operation ${name}: the document has none of this name`,
  );
}

function coerce({ variableDefinitions = [] }: OperationDefinitionNode, values: Record<string, unknown>) {
  return getVariableValues(schema, variableDefinitions, values, { maxErrors: limits.maxListedErrors });
}

function present({ data, errors }: ExecutionResult, call: Call): FormattedExecutionResult {
  return { ...(errors && { errors: tell(errors, call) }), data: data ?? null };
}

/** The library adds one of its own to as many as it may find, to say that there are more. */
function tell(errors: readonly GraphQLError[], { requestId }: Call) {
  return errors.slice(0, limits.maxListedErrors).map((error) => presentError(error, requestId));
}
