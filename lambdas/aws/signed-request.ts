import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';
import { platformEnv } from '../env.ts';
import { UnavailableError } from './unavailable-error.ts';

export type SignedService = 's3' | 'secretsmanager' | 'execute-api' | 'lambda' | 'apigateway';

/** The hash as the signer wants it: SHA-256, or HMAC-SHA-256 where there is a key. */
class Sha256 {
  readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(secret));
  }

  update(data: Uint8Array | string) {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset() {}
}

function keyOf(secret: string | ArrayBuffer | ArrayBufferView): string | Buffer {
  if (typeof secret === 'string') return secret;
  return ArrayBuffer.isView(secret)
    ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
    : Buffer.from(secret);
}

function required(name: Parameters<typeof platformEnv>[0]): string {
  const value = platformEnv(name);
  if (!value) throw new Error(`Cannot sign a request: the platform must set ${name}`);
  return value;
}

function signer(service: SignedService): SignatureV4 {
  const sessionToken = platformEnv('AWS_SESSION_TOKEN');
  return new SignatureV4({
    service,
    region: required('AWS_REGION'),
    credentials: {
      accessKeyId: required('AWS_ACCESS_KEY_ID'),
      secretAccessKey: required('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken && { sessionToken }),
    },
    sha256: Sha256,
    // S3 signs the path as it is, every other service escapes it once more.
    uriEscapePath: service !== 's3',
  });
}

function toSign(method: string, address: string, headers: Record<string, string>, body?: string) {
  const url = new URL(address);
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
    ...(body !== undefined && { body }),
  };
}

interface SignedRequest {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** Of one attempt. @default 5000 */
  timeoutMs?: number;
  /** One for what must not be done twice. @default 3 */
  attempts?: number;
}

/**
 * Sends a request signed with the function's own credentials (Signature Version 4), three times at most where the
 * network or the service fails. The caller judges the status.
 */
export async function signedFetch(service: SignedService, request: SignedRequest): Promise<Response> {
  const { attempts = 3 } = request;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetchOnce(service, request);
      if (attempt === attempts || (response.status < 500 && response.status !== 429)) return response;
      await response.body?.cancel();
    } catch (error) {
      if (attempt === attempts) throw error;
    }
    await pause(100 * 2 ** attempt * Math.random());
  }
}

async function fetchOnce(service: SignedService, request: SignedRequest): Promise<Response> {
  const { method, url, headers = {}, body, timeoutMs = 5_000 } = request;
  const signed = await signer(service).sign(toSign(method, url, headers, body));
  const { host: _, ...sent } = signed.headers;
  // Bounds the wait for an answer; a body that streams may take longer.
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new UnavailableError(`${service} did not answer in ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    return await fetch(url, { method, headers: sent, signal: abort.signal, ...(body !== undefined && { body }) });
  } finally {
    clearTimeout(timer);
  }
}

interface PresignOptions {
  expiresInSeconds: number;
  /** What the request must carry, exactly as it is here. */
  headers?: Record<string, string>;
  now?: Date;
}

/** A URL of the payload bucket that whoever holds it may use once or more until it expires. */
export async function presign(
  method: 'GET' | 'PUT',
  url: string,
  { expiresInSeconds, headers = {}, now }: PresignOptions,
): Promise<string> {
  const request = toSign(method, url, { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' });
  const signed = await signer('s3').presign(request, { expiresIn: expiresInSeconds, ...(now && { signingDate: now }) });
  const presigned = new URL(url);
  for (const [name, value] of Object.entries(signed.query ?? {})) presigned.searchParams.set(name, String(value));
  return presigned.href;
}
