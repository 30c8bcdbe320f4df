import { createHmac } from 'node:crypto';

const prefix = 'whsec_';
const secretBytes = 32;

/** The text of a new secret out of 32 random bytes, as Standard Webhooks writes it: `whsec_` and base64. */
export function webhookSecret(random: Buffer): string {
  if (random.length === secretBytes) return `${prefix}${random.toString('base64')}`;
  throw new Error(`Cannot make a webhook secret of ${random.length} bytes: it must be made of ${secretBytes}`);
}

interface Signed {
  /** The `webhook-id`. */
  id: string;
  timestampSeconds: number;
  body: string;
  /** Every secret that is live: the newest first. */
  secrets: readonly string[];
}

/**
 * The headers that sign a webhook, one signature for each live secret ("Standard Webhooks", signature scheme).
 * A receiver that knows any one of them accepts it.
 */
export function signatureHeaders({ id, timestampSeconds, body, secrets }: Signed): Record<string, string> {
  const signed = `${id}.${timestampSeconds}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}

function keyOf(secret: string): Buffer {
  if (!secret.startsWith(prefix)) throw new Error(`Cannot sign with a secret: it must begin with ${prefix}`);
  return Buffer.from(secret.slice(prefix.length), 'base64');
}
