import type { Requests } from './requests.ts';
import type { UploadOptions } from './types.ts';

/** What can be uploaded. */
export type UploadData = Blob | ArrayBuffer | Uint8Array<ArrayBuffer> | string;

/** The answer of `POST /uploads`. */
interface UploadPlace {
  upload: string;
  method: string;
  url: string;
  headers: Record<string, string>;
}

/** As long as the address of an upload is good for. */
const longestUploadMs = 15 * 60_000;

/** Asks for a place, and puts the bytes there. */
export async function uploadData(
  { send }: Requests,
  data: UploadData,
  { contentType, timeoutMs, signal }: UploadOptions = {},
): Promise<string> {
  const blob = data instanceof Blob ? data : new Blob([data]);
  const type = contentType ?? blob.type;
  const { body: place } = await send<UploadPlace>('POST', '/uploads', {
    body: { bytes: blob.size, ...(type !== '' && { contentType: type }) },
    isRepeatable: true,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(signal && { signal }),
  });
  await send(place.method, place.url, {
    isOurs: false,
    // Without a type of its own: the headers are signed, and no other one may come along.
    raw: blob.slice(0, blob.size, ''),
    headers: place.headers,
    timeoutMs: timeoutMs ?? longestUploadMs,
    ...(signal && { signal }),
  });
  return place.upload;
}
