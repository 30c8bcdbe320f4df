import type { IncomingMessage } from 'node:http';

const ownName = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Whether a request came by a name that only this machine's own browser gets here by: a page of another site may have
 * its name lead here, too, and must not be handed the key.
 */
export function isOwnHost({ headers }: IncomingMessage): boolean {
  return ownName.test(headers.host ?? '');
}
