import type { ProblemCode } from '../../protocol/errors.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { Json } from '../../protocol/types.ts';

/** What the WebSocket's function asks the graphql function: it alone loads the library. */
export interface GraphqlQuestion {
  principal: Principal;
  requestId: string;
  /** Of a client's `subscribe` message. */
  payload: Json;
}

/** An error as GraphQL tells it. `extensions` are as in a problem document, and hold its `code`. */
export interface GraphqlError {
  message: string;
  extensions?: { [name: string]: unknown; code?: ProblemCode };
}

/** A subscription as whoever tells of events needs it, without the library. */
export interface CompiledSubscription {
  job: string;
  after: number;
  /** Which fields of an event are told by what names: see `packSelection`. */
  selection: string;
}

/** What became of an operation. */
export type GraphqlAnswer =
  | { kind: 'result'; result: { data?: unknown; errors?: readonly GraphqlError[] } }
  | { kind: 'subscription'; subscription: CompiledSubscription }
  /** Nothing was executed. */
  | { kind: 'refused'; errors: GraphqlError[] };
