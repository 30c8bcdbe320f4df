import { channels, operations, securitySchemes, servers } from './asyncapi/channels.ts';
import { messages } from './asyncapi/messages.ts';
import type { Schema } from './openapi/schema-parts.ts';
import { schemas } from './openapi/schemas.ts';
import type { Json, Manifest } from './types.ts';

/** The schemas of REST that messages refer to, directly or through one another. */
const shared = ['Problem', 'Fault', 'JobId', 'JobStatus', 'JobError', 'Metadata', 'Job', 'Event'];

/**
 * The AsyncAPI 3.0 document of a service with these job types: its WebSocket and its Server-Sent Events.
 * `{restUrl}` and `{liveUrl}` stand where the addresses go at run time; of servers, their parts.
 */
export function asyncApiDocument({ name, version, types }: Manifest): Record<string, Json> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: name,
      version,
      description:
        'The live channels of a job: WebSocket and Server-Sent Events. Both tell the same events in the same order from the same cursor, the `seq` of the last event that a client has seen.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers,
    channels,
    operations,
    components: {
      messages,
      securitySchemes,
      schemas: {
        ...Object.fromEntries(shared.map((schema) => [schema, schemas[schema] ?? {}])),
        Output: { description: 'Any JSON: the output schema of the job type stands at GET /v1/types' },
        Submit: submitSchema(Object.keys(types)),
      },
    },
  };
}

/** The inputs are described by OpenAPI and `GET /v1/types`, in a newer dialect of JSON Schema than AsyncAPI's own. */
function submitSchema(types: string[]): Schema {
  return {
    type: 'object',
    description: 'As the body of POST /v1/jobs',
    required: ['type', 'input'],
    properties: {
      type: { type: 'string', ...(types.length > 0 && { enum: types }) },
      input: { description: 'After the input schema of the type: see GET /v1/types' },
      idempotencyKey: { type: 'string' },
    },
  };
}
