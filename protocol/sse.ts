import type { JobEvent, Json } from './types.ts';

/** How long a client waits before it connects again, in milliseconds: the first thing that a stream says. */
export function sseRetry(ms: number): string {
  return `retry: ${ms}\n\n`;
}

/** A comment: nothing to the client, and a sign of life to the proxies between. */
export const sseHeartbeat = ': still here\n\n';

/** A log event. Its `id` is the cursor that an EventSource sends back as `Last-Event-ID`. */
export function sseEvent(event: JobEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** A message that is no log event: without an `id`, so that it moves no cursor. JSON text holds no line break. */
export function sseControl(name: string, data: Json | object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
