import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { consolePolicy } from '../../protocol/console-policy.ts';

interface ConsoleOptions {
  /** Has the console built, and gives its folder. Called when somebody looks, for it takes a second. */
  build(): Promise<string>;
  /** What the pages are told in `/config.json`. */
  config: object;
  /** Origins that they may talk to: those of the API's two halves and of the bucket. */
  origins: string[];
}

interface ConsoleFile {
  type: string;
  body: Buffer;
  /** True: its name changes with what it holds. */
  isFixed: boolean;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** A handler of the console's pages and files; resolves with false, unanswered, where the console has nothing to say. */
export function consolePages({ build, config, origins }: ConsoleOptions) {
  const headers = {
    'content-security-policy': consolePolicy(origins),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
  const configFile = { type: 'application/json', body: Buffer.from(JSON.stringify(config)), isFixed: false };
  let files: Promise<Map<string, ConsoleFile>> | undefined;

  /** Once for all, unless it fails: then the next look tries again. */
  function built(): Promise<Map<string, ConsoleFile>> {
    files ??= build()
      .then((directory) => readFiles(directory).set('/config.json', configFile))
      .catch((error) => {
        files = undefined;
        throw error;
      });
    return files;
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [path = '/'] = (request.url ?? '/').split('?');
    // Paths of pages are the console's own; a program that asks for one is told that nothing is there.
    const isPage = path === '/' || (request.headers.accept?.includes('text/html') && extname(path) === '');
    if (!isPage && extname(path) === '') return false;
    try {
      const all = await built();
      const file = all.get(isPage ? '/index.html' : path);
      if (!file) return false;
      const caching = { 'cache-control': file.isFixed ? 'public, max-age=31536000, immutable' : 'no-store' };
      const length = { 'content-type': file.type, 'content-length': file.body.length };
      response.writeHead(200, { ...headers, ...caching, ...length }).end(request.method === 'HEAD' ? '' : file.body);
    } catch (error) {
      const text = `Cannot build the console: ${error instanceof Error ? error.message : error}\n`;
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
    }
    return true;
  };
}

function readFiles(directory: string): Map<string, ConsoleFile> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => extname(name) !== '');
  return new Map(
    names.map((name) => {
      const type = types[extname(name)] ?? 'application/octet-stream';
      const body = readFileSync(join(directory, name));
      return [`/${name}`, { type, body, isFixed: name.startsWith('assets/') }];
    }),
  );
}
