import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { timedOut, withTimeout } from './with-timeout.ts';

interface StreamLimits {
  /** How long the whole response may last: `TimeoutInMillis` of the integration. */
  timeoutMs: number;
  /** How long it may be silent. */
  idleTimeoutMs: number;
}

/**
 * Writes `body` to `response` as it comes, no faster than the client reads. Its head must be set already. Where the
 * client leaves, reading stops: the function is not told, and runs on to its own end, as behind API Gateway. Where the
 * stream fails, falls silent or lasts too long, the connection is cut, so that the client sees a response that is not
 * whole. Resolves with what went wrong, if anything.
 */
export async function streamAnswer(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array>,
  { timeoutMs, idleTimeoutMs }: StreamLimits,
): Promise<string | undefined> {
  response.flushHeaders();
  const endsAtMs = performance.now() + timeoutMs;
  const chunks = body[Symbol.asyncIterator]();
  const left = Promise.withResolvers<undefined>();
  response.once('close', () => left.resolve(undefined));
  try {
    while (!response.destroyed) {
      const patienceMs = Math.min(idleTimeoutMs, Math.max(0, endsAtMs - performance.now()));
      const next = await withTimeout(Promise.race([chunks.next(), left.promise]), patienceMs);
      if (next === undefined) break;
      if (next === timedOut) return cut(response, 'the streamed response took too long');
      if (next.done === true) {
        response.end();
        return undefined;
      }
      if (!response.write(next.value)) await Promise.race([once(response, 'drain'), left.promise]);
    }
    return 'the client left';
  } catch (error) {
    return cut(response, `the streamed response broke off: ${String(error)}`);
  } finally {
    // Not awaited: a generator that is busy answers `return` only when its own wait is over.
    chunks.return?.().catch(() => undefined);
  }
}

function cut(response: ServerResponse, reason: string): string {
  response.destroy();
  return reason;
}
