import { randomBytes } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { liveSecrets, type StoredSecret } from '../core/endpoint-record.ts';
import { openText, sealingKey, sealText } from '../core/sealed-text.ts';
import { webhookSecret } from '../core/webhook-signature.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { signingSecretKey } from './keys.ts';
import { putVersion } from './put-version.ts';
import { getSecret } from './secrets.ts';

let known: { secret: string; key: Buffer } | undefined;

/** The key that seals, out of a secret that only the functions that send or show webhooks' secrets may read. */
async function key(): Promise<Buffer> {
  const secret = await getSecret(env('WEBHOOK_SECRET_ARN'));
  if (known?.secret !== secret) known = { secret, key: sealingKey(secret) };
  return known.key;
}

/** `text` as the table may hold it. `place` is what it belongs to: it opens in no other. */
export async function seal(text: string, place: string): Promise<string> {
  return sealText(text, { key: await key(), place, iv: randomBytes(12) });
}

/** The text that was sealed for `place`. */
export async function open(sealed: string, place: string): Promise<string> {
  return openText(sealed, { key: await key(), place });
}

/** A new secret, as it is shown once and as it is kept. */
export async function makeSecret(place: string): Promise<{ secret: string; sealed: string }> {
  const secret = webhookSecret(randomBytes(32));
  return { secret, sealed: await seal(secret, place) };
}

/** The secrets that sign at present, the newest first. */
export function openSecrets(secrets: readonly StoredSecret[], place: string, nowMs: number): Promise<string[]> {
  return Promise.all(liveSecrets(secrets, nowMs).map(({ sealed }) => open(sealed, place)));
}

/** A tenant's default secret, which signs the webhooks given with its jobs. */
export interface SigningSecret {
  tenant: string;
  secrets: StoredSecret[];
  version: number;
}

/** What the default secret of a tenant is sealed for. */
export const signingPlace = (tenant: string): string => `tenant ${tenant}`;

/** The tenant's default secret, made at its first use. */
export async function getSigningSecret(tenant: string): Promise<SigningSecret> {
  const found = await findSigningSecret(tenant);
  if (found) return found;
  const { sealed } = await makeSecret(signingPlace(tenant));
  const made = { tenant, secrets: [{ sealed }], version: 1 };
  if (await saveSigningSecret(made, 0)) return made;
  const first = await findSigningSecret(tenant);
  if (!first) throw new Error('Cannot read the signing secret that another call has made');
  return first;
}

async function findSigningSecret(tenant: string): Promise<SigningSecret | undefined> {
  const Key = marshall(signingSecretKey(tenant));
  const get = new GetItemCommand({ TableName: env('TABLE_NAME'), Key, ConsistentRead: true });
  const { Item } = await dynamo().send(get);
  if (!Item) return undefined;
  const { pk: _pk, sk: _sk, ...secret } = unmarshall(Item);
  return secret as SigningSecret;
}

/** Keeps a changed default secret, unless its version is another than `former` (0: there is none yet) by now. */
export async function saveSigningSecret(secret: SigningSecret, former: number): Promise<boolean> {
  return await putVersion({ ...signingSecretKey(secret.tenant), ...secret }, former);
}
