import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';
import { isUploadReference } from '../../protocol/uploads.ts';
import { pointerToken } from './read-fields.ts';

/** What an `upload://` reference says. The size is a part of the id, and the id of the object's key, so that neither can be changed. */
export interface Upload {
  /** `upl_`, 26 base32 characters, a dot, the size in bytes. */
  id: string;
  bytes: number;
}

const idPattern = /^upl_[a-z2-7]{26}\.([1-9]\d{0,9})$/;
const scheme = 'upload://';

/** The reference that clients put into an input. */
export function uploadReference({ id }: Upload): string {
  return `${scheme}${id}`;
}

/** The upload that `reference` names; undefined for what `POST /v1/uploads` cannot have given. */
export function parseUploadReference(reference: string): Upload | undefined {
  if (!isUploadReference(reference)) return undefined;
  const id = reference.slice(scheme.length);
  const bytes = Number(idPattern.exec(id)?.[1] ?? Number.NaN);
  return bytes <= limits.maxUploadBytes ? { id, bytes } : undefined;
}

/** Every reference in `input`, with its pointer (RFC 6901) below `pointer`. Text that only looks like one is text. */
export function findUploadReferences(input: Json, pointer: string): { pointer: string; reference: string }[] {
  if (isUploadReference(input)) return [{ pointer, reference: input }];
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([key, value]) =>
    findUploadReferences(value, `${pointer}/${pointerToken(key)}`),
  );
}
