import { startDeadline } from '../deadline.ts';
import { NetworkError } from '../errors.ts';
import { actionOf, failure, type Requests } from '../requests.ts';
import { type Channel, logPath, type Told } from './channel.ts';
import { createSseParser, type SseMessage } from './parse-sse.ts';

/** The server sends something every 15 s: a stream that is silent for so long is dead, whatever the socket says. */
const longestSilenceMs = 40_000;

/**
 * Server-Sent Events. By `fetch`, not by EventSource: so the credential travels in its header, and never in an address.
 *
 * @param connectTimeoutMs until the first byte: a proxy that collects an answer before it passes it on is found out so
 */
export function sseChannel(requests: Requests, { connectTimeoutMs }: { connectTimeoutMs: number }): Channel {
  return {
    name: 'sse',
    async *tell(job, after, signal) {
      const path = logPath(job);
      const deadline = startDeadline(actionOf('GET', path), connectTimeoutMs, signal);
      try {
        const headers = { accept: 'text/event-stream' };
        const response = await requests.open('GET', path, { headers, query: { after }, signal: deadline.signal });
        if (response.status === 204) return yield { type: 'done' };
        let isOpen = false;
        for await (const text of readText(response, deadline.signal)) {
          deadline.extend(longestSilenceMs);
          if (!isOpen) yield { type: 'open' };
          isOpen = true;
          yield* text.flatMap(toldOf);
        }
      } finally {
        deadline.clear();
      }
    },
  };
}

/** The messages of a stream, as many at a time as come at a time. */
async function* readText(response: Response, signal: AbortSignal): AsyncGenerator<SseMessage[]> {
  const type = response.headers.get('content-type') ?? 'nothing';
  const reader = response.body?.getReader();
  if (!reader || !type.startsWith('text/event-stream')) {
    await reader?.cancel();
    throw new NetworkError('read the stream', new Error(`it is ${type}, something on the way must have answered`));
  }
  const decoder = new TextDecoder();
  const parse = createSseParser();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw failure('read the stream', error, signal);
      });
      if (done) return;
      yield parse(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Whoever stops reading closes the connection.
    void reader.cancel().catch(() => undefined);
  }
}

function toldOf({ event, data }: SseMessage): Told[] {
  if (event === 'reset') return [{ type: 'reset', job: JSON.parse(data).job }];
  return event.startsWith('job.') ? [{ type: 'event', event: JSON.parse(data) }] : [];
}
