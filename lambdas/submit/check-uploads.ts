import { ApiError, type Fault } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';
import { uploadObject } from '../aws/keys.ts';
import { headObject } from '../aws/payload-bucket.ts';
import { findUploadReferences, parseUploadReference } from '../core/upload-reference.ts';

interface Owner {
  tenant: string;
  /** Where the input stands in the body. */
  pointer: string;
}

/**
 * Sees to it that every `upload://` reference of an input names an upload of the tenant that is there, as large as was
 * announced. Throws `upload-missing`, or `invalid-input` for too many. An input without references costs no call.
 */
export async function checkUploads(input: Json, { tenant, pointer }: Owner): Promise<void> {
  const references = findUploadReferences(input, pointer);
  if (references.length === 0) return;
  if (references.length > limits.maxUploadReferences) {
    const detail = `Cannot accept the job: its input refers to ${references.length} uploads, at most ${limits.maxUploadReferences} are allowed`;
    throw new ApiError('invalid-input', detail, { errors: [{ pointer, detail }] });
  }
  const details = await Promise.all(references.map(({ reference }) => uploadFault(tenant, reference)));
  const errors: Fault[] = references.flatMap(({ pointer }, index) => {
    const detail = details[index];
    return detail === undefined ? [] : [{ pointer, detail }];
  });
  if (errors.length > 0) {
    throw new ApiError('upload-missing', 'Cannot accept the job: an upload that its input refers to is not there', {
      errors,
    });
  }
}

/** What is wrong with a reference; undefined where its upload is whole. */
async function uploadFault(tenant: string, reference: string): Promise<string | undefined> {
  const upload = parseUploadReference(reference);
  if (!upload) return 'Must be a reference that POST /v1/uploads gave';
  const object = await headObject(uploadObject(tenant, upload.id));
  if (!object) return 'Nothing has been uploaded for this reference';
  return object.bytes === upload.bytes
    ? undefined
    : `The upload has ${object.bytes} bytes, ${upload.bytes} were announced`;
}
