import { openAsBlob, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { limits } from '../../../protocol/limits.ts';
import type { Call } from '../command.ts';
import { byteSize } from '../terminal/duration.ts';
import { UsageError } from '../usage-error.ts';
import { spinnerFrame } from '../watch/progress-frame.ts';
import { reasonOf } from './read-input.ts';

const contentTypes: Record<string, string> = {
  '.csv': 'text/csv',
  '.gz': 'application/gzip',
  '.html': 'text/html',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.tsv': 'text/tab-separated-values',
  '.txt': 'text/plain',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
};

/** The bytes of the file `path`. Throws a `UsageError` where it cannot be uploaded: before anything is sent. */
export function sizeOf(path: string, folder: string): number {
  const found = statOf(path, folder);
  if (!found.isFile()) throw new UsageError(`Cannot upload ${path}: it must be a file`);
  if (found.size === 0) throw new UsageError(`Cannot upload ${path}: it is empty`);
  if (found.size > limits.maxUploadBytes) {
    const most = byteSize(limits.maxUploadBytes);
    throw new UsageError(`Cannot upload ${path}: it has ${byteSize(found.size)}, at most ${most} are taken`);
  }
  return found.size;
}

function statOf(path: string, folder: string) {
  try {
    return statSync(resolve(folder, path));
  } catch (error) {
    throw new UsageError(`Cannot upload ${path}: ${reasonOf(error)}`);
  }
}

/** Uploads a file, and answers with its `upload://` reference. The file is read as it is sent: it may be large. */
export async function uploadFile({ screen, folder, ...call }: Call, path: string): Promise<string> {
  const bytes = sizeOf(path, folder);
  const contentType = contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const text = `uploading ${path} (${byteSize(bytes)})`;
  const { isUnicode, tellPaint: paint } = screen;
  const draw = () => screen.draw(spinnerFrame(text, { nowMs: Date.now(), width: screen.tellWidth, isUnicode, paint }));
  const timer = setInterval(draw, 100);
  try {
    const file = await openAsBlob(resolve(folder, path));
    // An hour: what a slow line needs for the largest file is not known.
    return await call.service().client.upload(file, { contentType, timeoutMs: 3_600_000 });
  } finally {
    clearInterval(timer);
    screen.clear();
  }
}
