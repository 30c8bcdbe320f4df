import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Scope, scopes } from '../../protocol/types.ts';

/** What an access token says (a JWT, RFC 7519, signed with HMAC-SHA256). */
export interface AccessTokenClaims {
  /** Names the token: what is kept of a single-use one once it is used. */
  id: string;
  tenant: string;
  /** The API key that it comes from: revoking the key ends the token. */
  keyId: string;
  scopes: Scope[];
  job?: string;
  singleUse: boolean;
  jobsPerWindow?: number;
  issuedAtSeconds: number;
  expiresAtSeconds: number;
}

// One algorithm, one header: whatever says something else is no token of ours, and nothing in it is ever obeyed.
const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

/** The token's text. */
export function signAccessToken(claims: AccessTokenClaims, secret: string): string {
  const payload: Payload = {
    jti: claims.id,
    sub: claims.tenant,
    key: claims.keyId,
    scope: claims.scopes.join(' '),
    ...(claims.job !== undefined && { job: claims.job }),
    ...(claims.singleUse && { once: true }),
    ...(claims.jobsPerWindow !== undefined && { jobs: claims.jobsPerWindow }),
    iat: claims.issuedAtSeconds,
    exp: claims.expiresAtSeconds,
  };
  const signed = `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
  return `${signed}.${signature(signed, secret)}`;
}

/** What `token` says; undefined where its signature is not ours, or its time is over. */
export function verifyAccessToken(
  token: string,
  { secret, nowMs }: { secret: string; nowMs: number },
): AccessTokenClaims | undefined {
  const [head = '', payload = '', given = ''] = token.split('.');
  const expected = Buffer.from(signature(`${head}.${payload}`, secret));
  const presented = Buffer.from(given);
  if (head !== header || presented.length !== expected.length || !timingSafeEqual(presented, expected))
    return undefined;
  const claims = readClaims(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return claims.expiresAtSeconds * 1000 > nowMs ? claims : undefined;
}

function signature(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

interface Payload {
  jti: string;
  sub: string;
  key: string;
  scope: string;
  job?: string;
  once?: boolean;
  jobs?: number;
  iat: number;
  exp: number;
}

/** The claims of a payload that we signed ourselves, so that its shape needs no check. */
function readClaims({ jti, sub, key, scope, job, once, jobs, iat, exp }: Payload): AccessTokenClaims {
  return {
    id: jti,
    tenant: sub,
    keyId: key,
    scopes: scopes.filter((each) => scope.split(' ').includes(each)),
    singleUse: once === true,
    issuedAtSeconds: iat,
    expiresAtSeconds: exp,
    ...(job !== undefined && { job }),
    ...(jobs !== undefined && { jobsPerWindow: jobs }),
  };
}
