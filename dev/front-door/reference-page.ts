import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { isOwnHost } from './own-host.ts';

const require = createRequire(import.meta.url);

/** The page loads nothing from elsewhere, whatever its library would like to, and asks this server alone. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' http://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The key stands in the page, which no other site can read, and not in the script, which any could load. */
const page = (key = '') => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="jobwire-key" content="${key}">
<title>Jobwire API reference</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/reference/swagger-ui.css">
<style>
  body { margin: 0 }
  .swagger-ui { font-family: system-ui, sans-serif }
  .swagger-ui .info { margin: 2rem 0 1rem }
  .swagger-ui .scheme-container { box-shadow: none; padding: 0.5rem 0; background: none }
  html.dark-mode body { background: #1b2028 }
</style>
<main id="reference"></main>
<noscript>The reference is drawn by a script; the document itself is at /v1/openapi.json.</noscript>
<script src="/reference/swagger-ui-bundle.js"></script>
<script src="/reference/start.js"></script>
</html>
`;

const startScript = `const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();
const key = document.querySelector('meta[name="jobwire-key"]').content;
const reference = SwaggerUIBundle({
  url: '/v1/openapi.json',
  domNode: document.getElementById('reference'),
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => {
    if (key !== '') reference.preauthorizeApiKey('bearer', key);
  },
});
`;

interface ReferenceOptions {
  /** The local key, once there is one. */
  key(): string | undefined;
}

/**
 * A handler of `/reference`: the API reference made from `/v1/openapi.json`, by a library out of a package. Requests can
 * be tried from it, with the local key where this machine's own browser asks.
 */
export function referencePage({ key }: ReferenceOptions) {
  const files: Record<string, { type: string; read(request: IncomingMessage): string | Promise<string> }> = {
    '/reference': { type: 'text/html', read: (request) => page(isOwnHost(request) ? key() : undefined) },
    '/reference/start.js': { type: 'text/javascript', read: () => startScript },
    '/reference/swagger-ui-bundle.js': { type: 'text/javascript', read: () => readAsset('swagger-ui-bundle.js') },
    '/reference/swagger-ui.css': { type: 'text/css', read: () => readAsset('swagger-ui.css') },
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = ''] = (request.url ?? '').split('?');
    const file = files[path];
    if (!file) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('The reference is at /reference\n');
      return;
    }
    const text = await file.read(request);
    response.writeHead(200, {
      'content-type': `${file.type}; charset=utf-8`,
      'content-length': Buffer.byteLength(text),
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    response.end(text);
  };
}

/** 1.7 MB, read when somebody looks. */
function readAsset(name: string): Promise<string> {
  return readFile(require.resolve(`swagger-ui-dist/${name}`), 'utf8');
}
