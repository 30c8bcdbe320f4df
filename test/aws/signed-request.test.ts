import { afterEach, describe, expect, it, vi } from 'vitest';
import { refusePresigned } from '../../dev/sqs-and-s3/presigned-url.ts';
import { presign } from '../../lambdas/aws/signed-request.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const now = new Date('2026-11-22T12:00:00Z');
const headers = { host: 'bucket.s3.us-east-1.amazonaws.com', 'content-length': '5', 'content-type': 'text/csv' };
afterEach(() => vi.unstubAllEnvs());

/** Whether S3 would take a request with a presigned URL, by an implementation of its own. */
async function judge({ method = 'PUT', sent = headers, at = now, change = (url: string) => url }) {
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
  vi.stubEnv('AWS_SESSION_TOKEN', '');
  const bound = { 'content-length': '5', 'content-type': 'text/csv' };
  const href = await presign('PUT', `https://${headers.host}/uploads/a b/upl_1.5`, {
    expiresInSeconds: 900,
    headers: bound,
    now,
  });
  const { pathname, search } = new URL(change(href));
  return refusePresigned({ method, url: `${pathname}${search}`, headers: sent }, secret, at)?.code;
}

describe('presign()', () => {
  it('signs as S3 verifies', async () => expect(await judge({})).toBeUndefined());

  it.each([
    ['another size', { sent: { ...headers, 'content-length': '6' } }],
    ['another type', { sent: { ...headers, 'content-type': 'text/html' } }],
    ['another object', { change: (url: string) => url.replace('upl_1.5', 'upl_2.5') }],
    ['another method', { method: 'GET' }],
  ])('binds its URL: not to %s', async (_, request) => {
    expect(await judge(request)).toBe('SignatureDoesNotMatch');
  });

  it('ends in time', async () => {
    expect(await judge({ at: new Date(now.getTime() + 901_000) })).toBe('AccessDenied');
  });
});
