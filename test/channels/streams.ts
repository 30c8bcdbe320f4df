import { setTimeout as pause } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import { createEventSource } from 'eventsource-client';
import { eventTypes, isEnd } from '../../protocol/lifecycle.ts';
import type { JobEvent } from '../../protocol/types.ts';
import { type Channel, Refused, settledBy, unlessCut } from './channel.ts';

const addressOf = (url: string, job: string, after: number | string | undefined) =>
  `${url}/jobs/${job}/events${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`;

/** The EventSource of browsers, as the package `eventsource` has it: resumes by itself until it gets 204. */
export const eventSource: Channel = {
  name: 'EventSource',
  async follow({ url, key }, { job, after, onEvent, onReset, signal }) {
    const end = settledBy(signal);
    const source = new EventSource(addressOf(url, job, after), {
      fetch: (address, init) =>
        fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } }),
    });
    const take = ({ data }: MessageEvent) => {
      if (signal?.aborted) return;
      onEvent(JSON.parse(data));
    };
    for (const type of eventTypes) source.addEventListener(type, take);
    source.addEventListener('reset', ({ data }) => onReset?.(JSON.parse(data).job));
    source.addEventListener('error', ({ code }) => {
      if (source.readyState !== source.CLOSED) return;
      if (code === 204) end.resolve();
      else end.reject(new Refused(code ?? 0));
    });
    await end.promise.finally(() => source.close());
  },
};

/** The package `eventsource-client`, with the cursor as `Last-Event-ID` from the first request on. */
export const eventSourceClient: Channel = {
  name: 'eventsource-client',
  async follow({ url, key }, { job, after, onEvent, onReset, signal }) {
    const end = settledBy(signal);
    const source = createEventSource({
      url: addressOf(url, job, undefined),
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
      ...(after !== undefined && { initialLastEventId: String(after) }),
      fetch: async (address, init) => {
        const response = await fetch(address, init as RequestInit);
        if (response.status === 204) end.resolve();
        if (response.status >= 400) end.reject(new Refused(response.status));
        return response;
      },
      onMessage({ event, data }) {
        if (signal?.aborted) return;
        if (event === 'reset') return onReset?.(JSON.parse(data).job);
        const told: JobEvent = JSON.parse(data);
        onEvent(told);
        if (isEnd(told.type)) end.resolve();
      },
    });
    await end.promise.finally(() => source.close());
  },
};

/** One request read as it comes, which may be cut off anywhere or read late; and again from where it ended. */
export const plainStream: Channel = {
  name: 'SSE by fetch',
  async follow({ url, key }, { job, after, onEvent, onReset, signal, sleepsMs = 0 }) {
    let cursor = after;
    while (!signal?.aborted) {
      const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
      const asked = fetch(addressOf(url, job, cursor), { headers, ...(signal && { signal }) });
      const response = await unlessCut(asked, signal);
      if (!response || response.status === 204) return;
      if (!response.ok) throw new Refused(response.status);
      await pause(sleepsMs);
      for await (const { name, data } of messagesOf(response)) {
        if (signal?.aborted) return;
        if (name === 'reset') onReset?.(data.job);
        else {
          cursor = data.seq;
          onEvent(data);
        }
      }
    }
  },
};

/** The whole messages of a stream; what a cut leaves of one is dropped, as the standard has it. */
async function* messagesOf(response: Response) {
  let text = '';
  try {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const name = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) };
      }
    }
  } catch {
    // Cut off: the next request goes on.
  }
}
