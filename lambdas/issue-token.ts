import { randomUUID } from 'node:crypto';
import { getSecret } from './aws/secrets.ts';
import { signAccessToken } from './core/access-token.ts';
import { readTokenRequest } from './core/read-token-request.ts';
import { type HttpRequest, type HttpResponse, http } from './edge/http.ts';
import { env } from './env.ts';

export const handler = http(env('REST_URL'), { issueToken });

/** Makes an access token out of a credential, as wide or narrower. */
async function issueToken({ principal, json }: HttpRequest): Promise<HttpResponse> {
  const nowMs = Date.now();
  const grant = readTokenRequest(json({ ifEmpty: {} }), { principal, nowMs });
  const { tenant, keyId, jobsPerWindow } = principal;
  const claims = { ...grant, id: randomUUID(), tenant, keyId, issuedAtSeconds: Math.floor(nowMs / 1000) };
  const token = signAccessToken(
    { ...claims, ...(jobsPerWindow !== undefined && { jobsPerWindow }) },
    await getSecret(env('TOKEN_SECRET_ARN')),
  );
  const { scopes, job, singleUse, expiresAtSeconds } = grant;
  const expiresAt = new Date(expiresAtSeconds * 1000).toISOString();
  return {
    status: 201,
    body: { token, tokenType: 'Bearer', scopes, ...(job !== undefined && { job }), singleUse, expiresAt },
  };
}
