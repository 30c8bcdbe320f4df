import { Agent, request } from 'node:http';
import type { GeneratedRequest } from './generated-request.ts';

/** What came back, as far as it was waited for. */
export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
/** A stream is read for so long; whatever else takes longer is a fault. */
const patienceMs = 4000;

/** Sends a request as it stands: no address is normalized and no header corrected on the way. */
export function send(url: string, { method, path, headers, body }: GeneratedRequest): Promise<RawAnswer> {
  const { hostname, port, pathname } = new URL(url);
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, method, path: pathname + path, headers: { ...headers, ...length } });
    sent.setTimeout(40_000, () => sent.destroy(new Error('no answer within 40 s')));
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      const answered = () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(flat(response.headers)),
          text,
          body: parsed(text),
        });
      };
      const isStream = response.headers['content-type']?.startsWith('text/event-stream');
      const cutOff = isStream ? setTimeout(() => sent.destroy(), patienceMs) : undefined;
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => undefined);
      response.on('close', () => {
        clearTimeout(cutOff);
        answered();
      });
    });
    sent.end(body);
  });
}

/** Ends the connections that wait for another request. */
export function closeConnections(): void {
  agent.destroy();
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
