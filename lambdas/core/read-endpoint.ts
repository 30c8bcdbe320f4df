import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';
import { defaultWebhookEvents, webhookFilters } from '../../protocol/webhooks.ts';
import { judgeUrl } from './address-guard.ts';
import { isObject, kindOf, pointerToken, readFields, refuseFaults, textFault } from './read-fields.ts';

type Fields = ReturnType<typeof readFields>;

interface Known {
  /** The names of the job types. */
  types: readonly string[];
  /** True in the local stage: receivers on this machine. */
  allowLoopback: boolean;
}

/** What a client may say of an endpoint. Undefined is what it left out; null takes an optional field away. */
export interface EndpointFields {
  url?: string;
  events?: string[];
  types?: string[] | null;
  enabled?: boolean;
  description?: string | null;
  headers?: Record<string, string> | null;
}

/** The body of `POST /v1/webhooks`. Throws `invalid-input` that lists every fault. */
export function readNewEndpoint(body: Json, known: Known): EndpointFields & { url: string; events: string[] } {
  const fields = readFields(body);
  if (fields.field('url') === undefined) fields.fault('url', 'Must be there: where the webhooks go');
  const endpoint = readAll(fields, known);
  refuseFaults(fields.faults, 'the webhook');
  return { ...endpoint, url: endpoint.url ?? '', events: endpoint.events ?? [...defaultWebhookEvents] };
}

/** The body of `PATCH /v1/webhooks/{id}` (RFC 7396: null takes a field away). Throws `invalid-input`. */
export function readEndpointChange(body: Json, known: Known): EndpointFields {
  const fields = readFields(body);
  const endpoint = readAll(fields, known);
  refuseFaults(fields.faults, 'the webhook');
  return endpoint;
}

function readAll(fields: Fields, { types, allowLoopback }: Known): EndpointFields {
  const isTakenAway = (name: string) => fields.field(name) === null;
  const url = readUrl(fields, { allowLoopback });
  const events = readList(fields, { name: 'events', allowed: webhookFilters });
  const given: { [Field in keyof EndpointFields]: EndpointFields[Field] | undefined } = {
    url,
    events,
    types: isTakenAway('types') ? null : readList(fields, { name: 'types', allowed: types }),
    enabled: fields.flag('enabled'),
    description: isTakenAway('description')
      ? null
      : fields.text('description', { min: 0, max: limits.maxWebhookDescriptionLength }),
    headers: isTakenAway('headers') ? null : readHeaders(fields),
  };
  fields.refuseUnknown();
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The `url` of an endpoint, or of a webhook given with a job, as far as it can be judged without a name server. */
export function readUrl(fields: Fields, { allowLoopback }: { allowLoopback: boolean }): string | undefined {
  const url = fields.text('url', { max: limits.maxWebhookUrlLength });
  if (url === undefined) return undefined;
  const { fault } = judgeUrl(url, { allowLoopback });
  if (fault === undefined) return url;
  fields.fault('url', `Must be a public https address: ${fault}`);
  return undefined;
}

/** A list of names, each out of `allowed` and none twice. */
export function readList(
  { field, fault, faultAt }: Fields,
  { name, allowed }: { name: string; allowed: readonly string[] },
): string[] | undefined {
  const given = field(name);
  if (given === undefined) return undefined;
  if (!Array.isArray(given) || given.length === 0 || given.length > limits.maxWebhookFilters) {
    const found = Array.isArray(given) ? `has ${given.length}` : `is ${kindOf(given)}`;
    fault(name, `Must be an array of 1 to ${limits.maxWebhookFilters} names, ${found}`);
    return undefined;
  }
  for (const [index, entry] of given.entries()) {
    if (typeof entry !== 'string' || !allowed.includes(entry))
      faultAt(`/${name}/${index}`, `Must be one of ${allowed.join(', ')}`);
  }
  return [...new Set(given as string[])];
}

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\x20-\x7e]*$/;
/** What belongs to the connection, to the message or to us. */
const reserved =
  /^(host|connection|content-.*|transfer-encoding|upgrade|expect|te|trailer|keep-alive|proxy-.*|accept-encoding|date|user-agent|traceparent|tracestate|webhook-.*|x-amz.*|__proto__)$/;

function readHeaders({ field, fault, faultAt }: Fields): Record<string, string> | undefined {
  const { maxWebhookHeaders, maxWebhookHeaderLength } = limits;
  const given = field('headers');
  if (given === undefined) return undefined;
  if (!isObject(given)) {
    fault('headers', `Must be an object of strings, is ${kindOf(given)}`);
    return undefined;
  }
  const entries = Object.entries(given);
  if (entries.length > maxWebhookHeaders)
    fault('headers', `Must have at most ${maxWebhookHeaders} entries, has ${entries.length}`);
  const seen = new Set<string>();
  for (const [name, value] of entries.slice(0, maxWebhookHeaders)) {
    const below = `/headers/${pointerToken(name.toWellFormed())}`;
    const lower = name.toLowerCase();
    if (!headerName.test(name) || name.length > 100)
      faultAt(below, 'Must have the name of a header (RFC 9110), up to 100 characters');
    else if (reserved.test(lower)) faultAt(below, 'Must be another header: this one is reserved');
    else if (seen.has(lower)) faultAt(below, 'Must be given once: names differ by more than case');
    seen.add(lower);
    const detail = textFault(value, {
      min: 0,
      max: maxWebhookHeaderLength,
      pattern: headerValue,
      form: 'printable ASCII',
    });
    if (detail !== undefined) faultAt(below, detail);
  }
  return given as Record<string, string>;
}
