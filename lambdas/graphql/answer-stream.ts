import { ApiError } from '../../protocol/errors.ts';
import { parseJson } from '../../protocol/parse-json.ts';
import { sseControl } from '../../protocol/sse.ts';
import type { Json } from '../../protocol/types.ts';
import { openLog } from '../aws/job-tail.ts';
import { chooseMediaType } from '../core/accept.ts';
import { shapeEvent } from '../core/event-selection.ts';
import { problemError } from '../core/graphql-error.ts';
import type { CompiledSubscription, GraphqlAnswer, GraphqlError } from '../core/graphql-question.ts';
import { noSuchJob } from '../core/no-such-job.ts';
import { isObject } from '../core/read-fields.ts';
import { admit } from '../edge/admit.ts';
import type { HttpRequest } from '../edge/http.ts';
import { log } from '../edge/log.ts';
import { apiErrorOf } from '../edge/respond.ts';
import type { StreamedResponse } from '../edge/stream.ts';
import { streamHeaders, tellLog } from '../stream/tell-log.ts';
import { operate } from './operate.ts';
import { readGraphqlRequest } from './read-graphql-request.ts';

type StreamRequest = HttpRequest & { gone: AbortSignal };

const next = (result: object) => sseControl('next', result);
/** With an empty `data`, without which an EventSource tells nobody. */
const complete = 'event: complete\ndata: \n\n';

/**
 * `/v1/graphql/stream`, after graphql-sse's "distinct connections mode": one operation by one request. What is wrong
 * with it is told in the stream, for an EventSource shows its page nothing else.
 */
export async function answerStream(request: StreamRequest): Promise<StreamedResponse> {
  const { accept } = request.headers;
  if (chooseMediaType(accept, ['text/event-stream']) === undefined) {
    const detail = `Cannot answer in any type of Accept: it is ${accept}, it must allow text/event-stream`;
    throw new ApiError('not-acceptable', detail);
  }
  const isGet = request.operation === 'openGraphqlStream';
  const asked = readGraphqlRequest(isGet ? fieldsOf(request.query) : request.json());
  const answer = await operate(asked, request, { mutates: !isGet });
  return { status: 200, headers: streamHeaders, chunks: tell(answer, request) };
}

/** The fields of a query string: those that are objects are JSON text there. */
function fieldsOf({ query, operationName, variables, extensions, documentId }: HttpRequest['query']): Json {
  return {
    ...(query !== undefined && { query }),
    ...(documentId !== undefined && { documentId }),
    ...(operationName !== undefined && { operationName }),
    ...(variables !== undefined && { variables: parseField('variables', variables) }),
    ...(extensions !== undefined && { extensions: parseField('extensions', extensions) }),
  };
}

function parseField(name: string, text: string): Json {
  try {
    const value = parseJson(text);
    if (isObject(value)) return value;
  } catch {
    // As any other text that is no object.
  }
  throw new ApiError('invalid-query', 'Cannot read the query', {
    errors: [{ parameter: name, detail: 'Must be a JSON object' }],
  });
}

async function* tell(answer: GraphqlAnswer, request: StreamRequest): AsyncGenerator<string> {
  if (answer.kind === 'result') yield next(answer.result);
  if (answer.kind === 'refused') yield next({ errors: answer.errors });
  if (answer.kind === 'subscription') yield* tellEvents(answer.subscription, request);
  yield complete;
}

async function* tellEvents(
  { job, after, selection }: CompiledSubscription,
  request: StreamRequest,
): AsyncGenerator<string> {
  const errors = await openOrRefuse({ job, after }, request);
  if ('errors' in errors) return yield next(errors);
  yield* tellLog(errors, request, {
    begin: ':\n\n',
    event: (event) => next(shapeEvent(event, selection)),
    reset: (view, time) => next(shapeEvent({ type: 'reset', job: view, time }, selection)),
    cut: (seq, time) => next(shapeEvent({ type: 'reconnect', job, seq, time }, selection)),
  });
}

async function openOrRefuse({ job, after }: { job: string; after: number }, { principal, requestId }: StreamRequest) {
  try {
    admit('listEvents', principal, { path: { id: job }, nowMs: Date.now() });
    const opened = await openLog(job, { tenant: principal.tenant, cursor: after < 0 ? undefined : after });
    if (!opened) throw noSuchJob();
    return opened;
  } catch (thrown) {
    const error = apiErrorOf(thrown);
    if (error.status >= 500) log.error('subscription failed', { requestId, job, code: error.code, error: thrown });
    const errors: GraphqlError[] = [problemError(error, requestId)];
    return { errors };
  }
}
