import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Invoke, InvokeStreaming } from '../lambda/invoke.ts';
import type { Log } from '../log/log.ts';
import type { AuthorizerCache } from './authorizer-cache.ts';
import type { Target } from './parse-target.ts';
import type { RestApi } from './read-rest-api.ts';
import type { Method } from './read-routes.ts';
import type { RequestContext } from './request-context.ts';
import type { RestLimits } from './rest-limits.ts';

/** A REST API at work: what its template says, and what it remembers from one request to the next. */
export interface Gateway {
  api: RestApi;
  invoke: Invoke;
  invokeStreaming: InvokeStreaming;
  log: Log;
  limits: RestLimits;
  cache: AuthorizerCache;
  /** The token buckets of the methods that have been called. */
  buckets: Map<Method, () => boolean>;
  now(): number;
}

/** One request on its way through the gateway. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  context: RequestContext;
  /** Below the stage. */
  target: Target;
  pathParameters: Record<string, string>;
  /** Said in the log, beside the status. */
  note: string;
}
