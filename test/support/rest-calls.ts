import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Operation } from '../../protocol/routes.ts';
import type { Job } from '../../protocol/types.ts';
import type { CrashStage } from '../crash/crash-stage.ts';
import { goodAuthorizer, restEvent } from '../edge/rest-event.ts';

interface Asked {
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  authorizer?: Partial<typeof goodAuthorizer> & { jobsPerWindow?: string };
}

export interface RestAnswer<Body> {
  status: number;
  headers: Record<string, string>;
  body: Body;
  /** The calls to AWS that the function made for it, in order. */
  calls: string[];
}

/** Calls the API's functions as the gateway does, and notes what each call costs. */
export function restCalls(stage: CrashStage) {
  return async <Body = Job>(name: string, operation: Operation, asked: Asked = {}): Promise<RestAnswer<Body>> => {
    const { body, headers = {}, authorizer, ...parts } = asked;
    const event = restEvent(operation, {
      ...parts,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      authorizer: { ...goodAuthorizer, ...authorizer },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    stage.passed.splice(0);
    const end = await stage.call(name, event);
    if ('died' in end) throw new Error(`${name} died`);
    const { statusCode, headers: answered = {}, body: text } = end.answer as APIGatewayProxyResult;
    return {
      status: statusCode,
      headers: answered as Record<string, string>,
      body: text === '' ? undefined : JSON.parse(text),
      calls: stage.passed.slice(),
    };
  };
}
