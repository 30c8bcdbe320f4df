import manifest from 'jobwire:manifest';
import { randomBytes } from 'node:crypto';
import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json, Page } from '../../protocol/types.ts';
import type { Endpoint } from '../../protocol/webhooks.ts';
import { resetBreaker } from '../aws/breakers.ts';
import { createEndpoint, deleteEndpoint, findEndpoint, listEndpoints, saveEndpoint } from '../aws/endpoints.ts';
import { makeSecret, seal } from '../aws/webhook-secrets.ts';
import { endpointId, endpointIdPattern } from '../core/delivery-id.ts';
import { type EndpointRecord, presentEndpoint } from '../core/endpoint-record.ts';
import { type EndpointFields, readEndpointChange, readNewEndpoint } from '../core/read-endpoint.ts';
import { endpointPlace, openHeaders } from '../deliveries/find-target.ts';
import { env } from '../env.ts';
import { checkReceiver } from './check-receiver.ts';

const known = () => ({ types: Object.keys(manifest.types), allowLoopback: env('ALLOW_LOOPBACK') === '1' });

/** Makes an endpoint; the secret is shown here and nowhere else. */
export async function addEndpoint(tenant: string, body: Json): Promise<Endpoint & { secret: string }> {
  const { url, events, enabled = true, ...fields } = readNewEndpoint(body, known());
  await checkReceiver(url, '/url');
  const id = endpointId(randomBytes(17));
  const { secret, sealed } = await makeSecret(endpointPlace({ tenant, id }));
  const record: EndpointRecord = {
    ...(await storedFields({ tenant, id }, fields)),
    id,
    tenant,
    url,
    events,
    enabled,
    secrets: [{ sealed }],
    createdAtMs: Date.now(),
    version: 1,
  };
  if (await createEndpoint(record)) return { ...(await show(record)), secret };
  const detail = `Cannot add the webhook: the tenant has ${limits.maxWebhooksPerTenant}, which is as many as it may have`;
  throw new ApiError('too-many-webhooks', detail);
}

/** A page of the tenant's endpoints, the oldest first. There are so few that all are read for it. */
export async function showEndpoints(
  tenant: string,
  { limit = limits.defaultPageSize, page }: { limit?: number | undefined; page?: string | undefined },
): Promise<Page<Endpoint>> {
  const all = await listEndpoints(tenant, { consistent: true });
  const after = page === undefined ? '' : parsePage(page);
  const left = all.filter((record) => placeOf(record) > after);
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: await Promise.all(shown.map(show)),
    ...(last && left.length > limit && { next: Buffer.from(placeOf(last)).toString('base64url') }),
  };
}

const placeOf = ({ createdAtMs, id }: EndpointRecord) => `${String(createdAtMs).padStart(13, '0')}#${id}`;

function parsePage(token: string): string {
  const place = Buffer.from(token, 'base64url').toString();
  if (/^\d{13}#whk_[a-z2-7]{26}$/.test(place)) return place;
  throw new ApiError('invalid-query', 'The page is unknown', {
    errors: [{ parameter: 'page', detail: 'must be the `next` of a former page of the same list' }],
  });
}

/** The tenant's endpoint as a client sees it. */
export async function showEndpoint(tenant: string, id: string | undefined): Promise<Endpoint> {
  return await show(await getOwnEndpoint(tenant, id));
}

/** The tenant's endpoint, or `not-found`: where there is none, and where it is another tenant's. */
export async function getOwnEndpoint(tenant: string, id: string | undefined): Promise<EndpointRecord> {
  const found = id !== undefined && endpointIdPattern.test(id) ? await findEndpoint(tenant, id) : undefined;
  if (!found) throw new ApiError('not-found', 'Cannot find this webhook: there is none with this id');
  return found;
}

/** Changes an endpoint. Enabled anew, or sent elsewhere, it begins without a past. */
export async function changeEndpoint(tenant: string, id: string | undefined, body: Json): Promise<Endpoint> {
  const change = readEndpointChange(body, known());
  if (change.url !== undefined) await checkReceiver(change.url, '/url');
  const changed = await rewriteEndpoint(tenant, id, async (record) => {
    const isEnabled = change.enabled ?? record.enabled;
    const { disabledAtMs: _at, disabledReason: _reason, ...enabled } = record;
    return {
      ...(change.enabled === undefined ? record : enabled),
      ...(await storedFields(record, change)),
      url: change.url ?? record.url,
      events: change.events ?? record.events,
      enabled: isEnabled,
    };
  });
  if (change.url !== undefined || change.enabled === true) await resetBreaker(changed.id);
  return await show(changed);
}

/** Makes an endpoint something else, unless it changes so fast that somebody is always faster. */
export async function rewriteEndpoint(
  tenant: string,
  id: string | undefined,
  rewrite: (record: EndpointRecord) => Promise<EndpointRecord>,
): Promise<EndpointRecord> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const record = await getOwnEndpoint(tenant, id);
    const next = { ...(await rewrite(record)), version: record.version + 1 };
    if (await saveEndpoint(next, record.version)) return next;
  }
  throw new ApiError('unavailable', 'Cannot change the webhook: it changes too fast', {
    headers: { 'retry-after': '1' },
  });
}

/** Takes an endpoint away. What is on its way to it is not sent any more. */
export async function removeEndpoint(tenant: string, id: string | undefined): Promise<void> {
  const { id: known } = await getOwnEndpoint(tenant, id);
  await deleteEndpoint(tenant, known);
}

async function show(record: EndpointRecord): Promise<Endpoint> {
  return presentEndpoint(record, await openHeaders(record));
}

type OptionalFields = Pick<EndpointRecord, 'types' | 'description' | 'sealedHeaders'>;

/** The optional fields as they are kept; what is taken away is undefined, which the table leaves out. */
async function storedFields(
  place: Pick<EndpointRecord, 'tenant' | 'id'> & OptionalFields,
  { types, description, headers }: EndpointFields,
): Promise<OptionalFields> {
  const sealedHeaders = headers && (await seal(JSON.stringify(headers), endpointPlace(place)));
  const kept = {
    types: types === undefined ? place.types : types,
    description: description === undefined ? place.description : description,
    sealedHeaders: sealedHeaders === undefined ? place.sealedHeaders : sealedHeaders,
  };
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, value ?? undefined]));
}
