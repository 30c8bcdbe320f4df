/**
 * The Content-Security-Policy of the console, wherever it is served: no script, style or request but its own and those
 * to `origins`, which are the API's, its WebSocket's and the payload bucket's.
 */
export function consolePolicy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${origins.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
