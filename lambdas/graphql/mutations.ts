import type { Json } from '../../protocol/types.ts';
import { cancelOwnJob } from '../cancel/cancel-own-job.ts';
import type { HttpRequest } from '../edge/http.ts';
import { showJob } from '../read/show-job.ts';
import { retryJob } from '../submit/retry-job.ts';
import { submitJob } from '../submit/submit-one.ts';
import { recover, redeliver, sendTest } from '../webhooks/deliveries.ts';
import { addEndpoint, changeEndpoint, removeEndpoint } from '../webhooks/endpoints.ts';
import { rotateEndpointSecret } from '../webhooks/secrets.ts';
import { type Call, doing } from './call.ts';

type Fields = Record<string, Json | undefined>;

interface Id {
  id: string;
}

/** What a recovery keeps back of its time for the page that it is at, and for the answer. */
const spareMs = 8_000;

/** What `Mutation` does, beside the submits of each job type. */
export const mutations = {
  submitJob: doing('submitJob', (fields: Fields, call) => submit(fields, call)),
  cancelJob: doing('cancelJob', async ({ id }: Id, { principal }) => showJob(await cancelOwnJob(id, principal.tenant))),
  retryJob: doing('retryJob', async ({ id, idempotencyKey }: Id & { idempotencyKey?: string | null }, call) => {
    const headers = { ...(typeof idempotencyKey === 'string' && { 'idempotency-key': idempotencyKey }) };
    return (await retryJob(requestOf(call, { operation: 'retryJob', path: { id }, headers }))).body;
  }),
  createWebhook: doing('createWebhook', async ({ webhook }: { webhook: Fields }, { principal }) => {
    const { secret, ...made } = await addEndpoint(principal.tenant, bodyOf(webhook));
    return { webhook: made, secret };
  }),
  changeWebhook: doing('changeWebhook', ({ id, changes }: Id & { changes: Fields }, { principal }) =>
    changeEndpoint(principal.tenant, id, jsonOf(changes)),
  ),
  deleteWebhook: doing('deleteWebhook', async ({ id }: Id, { principal }) => {
    await removeEndpoint(principal.tenant, id);
    return true;
  }),
  rotateWebhookSecret: doing('rotateWebhookSecret', ({ id, ...options }: Id & Fields, { principal }) =>
    rotateEndpointSecret(principal.tenant, id, bodyOf(options)),
  ),
  testWebhook: doing('testWebhook', ({ id }: Id, { principal }) => sendTest(principal.tenant, id)),
  recoverWebhook: doing('recoverWebhook', async ({ id, ...fields }: Id & Fields, call) => {
    const isTimeUp = () => call.remainingMs() < spareMs;
    return { more: false, ...(await recover(call.principal.tenant, id, { body: bodyOf(fields), isTimeUp })) };
  }),
  redeliver: doing(
    'redeliver',
    ({ delivery }: { delivery: string }, { principal }) => redeliver(principal.tenant, delivery),
    { idOf: 'delivery' },
  ),
};

/** The mutation that submits jobs of one type. */
export function submitTyped(type: string) {
  return doing('submitJob', (fields: Fields, call) => submit({ type, ...fields }, call));
}

async function submit(fields: Fields, call: Call) {
  const body = bodyOf(fields);
  return (await submitJob(requestOf(call, { operation: 'submitJob', body }))).body;
}

function requestOf(
  { principal, requestId, traceparent, remainingMs }: Call,
  { operation, path = {}, headers = {}, body = null }: Pick<HttpRequest, 'operation'> & RequestParts,
): HttpRequest {
  return { operation, requestId, principal, traceparent, headers, path, query: {}, json: () => body, remainingMs };
}

interface RequestParts {
  path?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Json;
}

/** Arguments as the body of a request: what is null counts as left out, the input of a job excepted. */
function bodyOf(fields: Fields): Json {
  return jsonOf(
    Object.fromEntries(Object.entries(fields).filter(([name, value]) => name === 'input' || value != null)),
  );
}

/** Arguments as plain JSON: the library's objects have no prototype. */
const jsonOf = (fields: Fields): Json => JSON.parse(JSON.stringify(fields));
