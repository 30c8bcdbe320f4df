import { randomBytes } from 'node:crypto';
import { limits } from '../protocol/limits.ts';
import type { Json } from '../protocol/types.ts';
import { presignUpload } from './aws/payload-bucket.ts';
import { base32 } from './core/job-id.ts';
import { readFields, refuseFaults } from './core/read-fields.ts';
import { uploadReference } from './core/upload-reference.ts';
import { type HttpRequest, type HttpResponse, http } from './edge/http.ts';
import { env } from './env.ts';

export const handler = http(env('REST_URL'), { createUpload });

/** Gives a place for one upload. Nothing is kept of it but what its reference says. */
async function createUpload({ principal, json }: HttpRequest): Promise<HttpResponse> {
  const { bytes, contentType } = readUploadRequest(json());
  const expiresAt = new Date(Date.now() + limits.uploadUrlSeconds * 1000).toISOString();
  const id = `upl_${base32(randomBytes(17))}.${bytes}`;
  const { method, url, headers } = await presignUpload({
    tenant: principal.tenant,
    upload: id,
    bytes,
    ...(contentType !== undefined && { contentType }),
  });
  return { status: 201, body: { upload: uploadReference({ id, bytes }), method, url, headers, expiresAt } };
}

const mediaType = /^[\w.+-]{1,127}\/[\w.+-]{1,127}(?:; ?[\w.+-]+=[\w.+"-]+)*$/;

function readUploadRequest(body: Json): { bytes: number; contentType?: string } {
  const { faults, fault, field, integer, text, refuseUnknown } = readFields(body);
  const bytes = integer('bytes', { min: 1, max: limits.maxUploadBytes });
  if (field('bytes') === undefined)
    fault('bytes', `Must be there: the size of the upload, 1 to ${limits.maxUploadBytes}`);
  const form = 'a media type, such as text/csv';
  const contentType = text('contentType', { max: limits.maxIdLength, pattern: mediaType, form });
  refuseUnknown();
  refuseFaults(faults, 'the upload');
  return { bytes: bytes ?? 0, ...(contentType !== undefined && { contentType }) };
}
