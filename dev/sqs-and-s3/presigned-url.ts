import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  method: string;
  /** Path and query as they were sent. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
}

/** Why S3 refuses a request, in its own codes ("Error responses"). */
export interface Refusal {
  code: 'AccessDenied' | 'SignatureDoesNotMatch';
  message: string;
}

const signatureName = 'X-Amz-Signature';

/**
 * Checks a presigned URL ("Authenticating Requests: Using Query Parameters") as S3 does: its time, and its signature
 * over the method, the path, the query and the headers that it names, such as the content-length of an upload.
 */
export function refusePresigned(request: SignedRequest, secretKey: string, now: Date): Refusal | undefined {
  const { pathname, searchParams } = new URL(request.url, 'http://local');
  const parameter = (name: string) => searchParams.get(name) ?? '';
  const date = parameter('X-Amz-Date');
  const expiresAtMs = parseDate(date) + Number(parameter('X-Amz-Expires')) * 1000;
  if (!(now.getTime() <= expiresAtMs)) return { code: 'AccessDenied', message: 'Request has expired' };

  const [, ...scope] = parameter('X-Amz-Credential').split('/');
  const signedHeaders = parameter('X-Amz-SignedHeaders').split(';');
  const canonicalRequest = [
    request.method,
    pathname.split('/').map(encodeAgain).join('/'),
    canonicalQuery(searchParams),
    ...signedHeaders.map((name) => `${name}:${headerValue(request.headers[name])}`),
    '',
    signedHeaders.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonicalRequest)].join('\n');
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretKey}`);
  if (hmac(key, text).toString('hex') === parameter(signatureName)) return undefined;
  return {
    code: 'SignatureDoesNotMatch',
    message: 'The request signature we calculated does not match the signature you provided.',
  };
}

/** `20261122T120000Z` as milliseconds since the epoch; NaN where it is no date. */
function parseDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .filter(([name]) => name !== signatureName)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function headerValue(value: string | string[] | undefined): string {
  return [value ?? ''].flat().join(',').trim().replace(/\s+/g, ' ');
}

/** S3 signs the path as it is encoded once, whichever characters the sender chose to escape. */
function encodeAgain(segment: string): string {
  return encode(decodeURIComponent(segment));
}

/** RFC 3986, section 2.3: only unreserved characters stay. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
