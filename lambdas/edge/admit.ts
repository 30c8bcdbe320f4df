import { ApiError } from '../../protocol/errors.ts';
import { allows, type Principal } from '../../protocol/principal.ts';
import { type Operation, type Route, routes } from '../../protocol/routes.ts';

const wwwAuthenticate = { 'www-authenticate': 'Bearer' };

/**
 * Checks that `principal` may do `operation`. A credential bound to one job is told the same of every other
 * job, whether it exists or not.
 *
 * @param path the `{name}` parts of the path
 * @param nowMs the authorizer's answer is cached, so the end of a token is checked again here
 */
export function admit(
  operation: Operation,
  principal: Principal,
  { path, nowMs }: { path: Record<string, string>; nowMs: number },
): void {
  const { scope, path: address }: Route = routes[operation];
  if (scope === 'none') return;
  const { tenant, job, expiresAtSeconds = Number.POSITIVE_INFINITY } = principal;
  if (tenant === '') throw new ApiError('unauthorized', 'Cannot tell who asks', { headers: wwwAuthenticate });
  if (expiresAtSeconds * 1000 <= nowMs) {
    const detail = 'Cannot accept the access token: it has expired';
    throw new ApiError('unauthorized', detail, {
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  }
  if (scope !== 'any' && !allows(principal, scope)) {
    const detail = `Cannot accept the credential: this address needs the scope ${scope}, it has ${principal.scopes.join(', ') || 'none'}`;
    throw new ApiError('forbidden', detail, {
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    });
  }
  if (job === undefined || scope === 'any') return;
  if (!address.startsWith('/jobs/{id}') || path.id !== job) {
    throw new ApiError(
      'forbidden',
      'Cannot accept the access token: it opens one job only, and this is another address',
    );
  }
}
