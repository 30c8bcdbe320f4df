import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

const version = 'v1';
const ivBytes = 12;
const tagBytes = 16;

/** The key that seals what is kept in the table: 256 bits out of a secret that the table does not hold. */
export function sealingKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'jobwire webhook secrets', 32));
}

interface Sealing {
  key: Buffer;
  /** What the text belongs to: sealed for one place, it opens in no other. */
  place: string;
}

/**
 * `text` under AES-256-GCM.
 *
 * @param iv 12 random bytes, never used twice
 */
export function sealText(text: string, { key, place, iv }: Sealing & { iv: Buffer }): string {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${version}.${sealed.toString('base64url')}`;
}

/** The text that was sealed. Throws for another key, another place, or a text that was changed. */
export function openText(sealed: string, { key, place }: Sealing): string {
  const [form, text = ''] = sealed.split('.');
  const bytes = Buffer.from(text, 'base64url');
  if (form !== version || bytes.length < ivBytes + tagBytes)
    throw new Error(`Cannot open a sealed text: it must have the form ${version}`);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8');
}
