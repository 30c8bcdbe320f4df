import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { GraphQLFieldResolver } from 'graphql';
import type { Principal } from '../../protocol/principal.ts';
import type { Operation } from '../../protocol/routes.ts';
import { admit } from '../edge/admit.ts';
import { type Query, readQuery } from '../edge/read-query.ts';
import type { Room } from './answer-room.ts';

/** Who asks, and what an answer must know of the call: the context of every resolver. */
export interface Call {
  principal: Principal;
  requestId: string;
  /** The trace that what is made belongs to. */
  traceparent: string;
  /** Milliseconds until the platform ends this call. */
  remainingMs(): number;
  room: Room;
}

type Resolver = GraphQLFieldResolver<unknown, Call>;

/**
 * A field that does what an operation of the REST API does: by the same rules, with the same refusals.
 *
 * @param idOf the argument that stands for the operation's `{id}`
 */
export function doing<Args>(
  operation: Operation,
  resolve: (args: Args, call: Call) => unknown,
  { idOf = 'id' }: { idOf?: string } = {},
): Resolver {
  return (_source, args, call) => {
    admit(operation, call.principal, { path: { id: String(args[idOf] ?? '') }, nowMs: Date.now() });
    return resolve(args as Args, call);
  };
}

/** Arguments that are an operation's query, by the rules of that query. Throws `invalid-query`. */
export function queryOf(operation: Operation, args: Record<string, unknown>): Query {
  const given = Object.entries(args).filter(([, value]) => value !== undefined && value !== null);
  const queryStringParameters = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  const event: Pick<APIGatewayProxyEvent, 'multiValueQueryStringParameters' | 'queryStringParameters'> = {
    multiValueQueryStringParameters: null,
    queryStringParameters,
  };
  return readQuery(operation, event);
}
