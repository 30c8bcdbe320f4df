/** An `upload://` reference, as `POST /v1/uploads` gives it. Whoever looks into it (the owner, the size) is the server. */
export const uploadReferencePattern = /^upload:\/\/[A-Za-z0-9_.-]{16,200}$/;

/** True for a string that is a reference to an upload, and nothing else. */
export function isUploadReference(value: unknown): value is string {
  return typeof value === 'string' && uploadReferencePattern.test(value);
}
