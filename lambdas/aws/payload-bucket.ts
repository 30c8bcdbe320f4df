import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { limits } from '../../protocol/limits.ts';
import { env } from '../env.ts';
import { uploadObject } from './keys.ts';
import { presign, signedFetch } from './signed-request.ts';
import { faultOf } from './unavailable-error.ts';

// A payload of 32 MiB takes its time on a slow function.
const payloadTimeoutMs = 30_000;

const urlOf = (key: string) => `${env('BUCKET_URL')}/${key}`;

function failure(action: string, key: string, { status }: Response): Error {
  return faultOf(status, `Cannot ${action} object ${key}: the payload bucket answered ${status}`);
}

/** Writes JSON text. */
export async function putPayload(key: string, text: string): Promise<void> {
  const response = await signedFetch('s3', {
    method: 'PUT',
    url: urlOf(key),
    headers: { 'content-type': 'application/json' },
    body: text,
    timeoutMs: payloadTimeoutMs,
  });
  await response.body?.cancel();
  if (!response.ok) throw failure('write', key, response);
}

/** The text of an object, or undefined where there is none. */
export async function getPayload(key: string): Promise<string | undefined> {
  const response = await signedFetch('s3', { method: 'GET', url: urlOf(key), timeoutMs: payloadTimeoutMs });
  if (response.ok) return response.text();
  await response.body?.cancel();
  if (response.status === 404) return undefined;
  throw failure('read', key, response);
}

/** The size of an object, or undefined where there is none. */
export async function headObject(key: string): Promise<{ bytes: number } | undefined> {
  const response = await signedFetch('s3', { method: 'HEAD', url: urlOf(key) });
  if (response.ok) return { bytes: Number(response.headers.get('content-length')) };
  if (response.status === 404) return undefined;
  throw failure('look up', key, response);
}

/** A short-lived URL from which anybody may read an object. */
export function presignDownload(key: string): Promise<string> {
  return presign('GET', urlOf(key), { expiresInSeconds: limits.outputUrlSeconds });
}

interface Upload {
  tenant: string;
  /** The part of the reference after `upload://`. */
  upload: string;
  bytes: number;
  contentType?: string;
}

/** A URL for one upload of exactly so many bytes, and the headers that the PUT must carry. */
export async function presignUpload({ tenant, upload, bytes, contentType }: Upload) {
  // A PUT's Content-Length is sent by every HTTP client; signed, it binds the URL to the size.
  const bound = { 'content-length': String(bytes), ...(contentType !== undefined && { 'content-type': contentType }) };
  const url = await presign('PUT', urlOf(uploadObject(tenant, upload)), {
    expiresInSeconds: limits.uploadUrlSeconds,
    headers: bound,
  });
  return { method: 'PUT' as const, url, headers: bound };
}

/** Opens the bytes of a tenant's `upload://` reference; throws where there is no such upload. */
export async function openUpload(tenant: string, reference: string): Promise<{ stream: Readable; bytes: number }> {
  const key = uploadObject(tenant, reference.slice('upload://'.length));
  const response = await signedFetch('s3', { method: 'GET', url: urlOf(key) });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`Cannot open ${reference}: the payload bucket answered ${response.status}, the upload must exist`);
  }
  const stream = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  return { stream, bytes: Number(response.headers.get('content-length')) };
}
