import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';
import { getSigningSecret, makeSecret, open, saveSigningSecret, signingPlace } from '../aws/webhook-secrets.ts';
import { rotateSecrets } from '../core/endpoint-record.ts';
import { readFields, refuseFaults } from '../core/read-fields.ts';
import { endpointPlace } from '../deliveries/find-target.ts';
import { rewriteEndpoint } from './endpoints.ts';

/** A new secret, and until when the former one signs as well. */
export interface Rotated {
  secret: string;
  overlapUntil: string;
}

/** Gives an endpoint a new secret, which is shown here and nowhere else. */
export async function rotateEndpointSecret(tenant: string, id: string | undefined, body: Json): Promise<Rotated> {
  const overlap = readOverlap(body);
  let shown = '';
  await rewriteEndpoint(tenant, id, async (record) => {
    const { secret, sealed } = await makeSecret(endpointPlace(record));
    shown = secret;
    return { ...record, secrets: rotateSecrets(record.secrets, sealed, overlap) };
  });
  return { secret: shown, overlapUntil: untilOf(overlap) };
}

/** The tenant's default secret, made at the first look. */
export async function showSigningSecret(tenant: string): Promise<{ secret: string; overlapUntil?: string }> {
  const { secrets } = await getSigningSecret(tenant);
  const [newest, former] = secrets;
  if (!newest) throw new Error(`Cannot show the signing secret of ${tenant}: its record holds none`);
  const secret = await open(newest.sealed, signingPlace(tenant));
  const untilMs = former?.untilMs ?? 0;
  return { secret, ...(untilMs > Date.now() && { overlapUntil: new Date(untilMs).toISOString() }) };
}

/** Gives the tenant a new default secret. */
export async function rotateSigningSecret(tenant: string, body: Json): Promise<Rotated> {
  const overlap = readOverlap(body);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const former = await getSigningSecret(tenant);
    const { secret, sealed } = await makeSecret(signingPlace(tenant));
    const secrets = rotateSecrets(former.secrets, sealed, overlap);
    const isKept = await saveSigningSecret({ tenant, secrets, version: former.version + 1 }, former.version);
    if (isKept) return { secret, overlapUntil: untilOf(overlap) };
  }
  throw new ApiError('unavailable', 'Cannot rotate the secret: it changes too fast', {
    headers: { 'retry-after': '1' },
  });
}

interface Overlap {
  now: number;
  overlapMs: number;
}

function readOverlap(body: Json): Overlap {
  const { faults, integer, refuseUnknown } = readFields(body);
  const seconds = integer('overlapSeconds', { min: 0, max: limits.maxSecretOverlapSeconds });
  refuseUnknown();
  refuseFaults(faults, 'the rotation');
  return { now: Date.now(), overlapMs: (seconds ?? limits.defaultSecretOverlapSeconds) * 1000 };
}

const untilOf = ({ now, overlapMs }: Overlap) => new Date(now + overlapMs).toISOString();
