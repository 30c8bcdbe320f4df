import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { GraphqlQuestion } from './core/graphql-question.ts';
import { http } from './edge/http.ts';
import { env } from './env.ts';
import { answerHttp } from './graphql/answer-http.ts';
import { answerSocket } from './graphql/answer-socket.ts';

const overHttp = http(env('REST_URL'), { executeGraphql: answerHttp });

/** GraphQL: `POST /v1/graphql` from the gateway, and what the WebSocket's function asks for its clients. */
export async function handler(event: APIGatewayProxyEvent | { graphql: GraphqlQuestion }, context: Context) {
  return 'graphql' in event ? await answerSocket(event.graphql, context) : await overHttp(event, context);
}
