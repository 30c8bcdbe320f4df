import { stream } from './edge/stream.ts';
import { env } from './env.ts';
import { answerStream } from './graphql/answer-stream.ts';

/** GraphQL over Server-Sent Events: the same operations as `graphql`, answered as they happen. */
export const handler = stream(env('REST_URL'), { streamGraphql: answerStream, openGraphqlStream: answerStream });
