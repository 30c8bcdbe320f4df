import { setTimeout as pause } from 'node:timers/promises';
import type { EventPage } from '../../protocol/types.ts';
import type { Target } from '../contract/target.ts';
import { type Channel, type Following, Refused, unlessCut } from './channel.ts';

async function getPage(
  { url, key }: Target,
  path: string,
  { prefer, signal }: { prefer?: string; signal?: AbortSignal | undefined },
): Promise<EventPage> {
  const headers = { authorization: `Bearer ${key}`, ...(prefer !== undefined && { prefer }) };
  const response = await fetch(`${url}${path}`, { headers, ...(signal && { signal }) });
  if (!response.ok) throw new Refused(response.status);
  return (await response.json()) as EventPage;
}

/** Reads pages until the job is done and its last event has been told. */
async function poll(
  target: Target,
  { job, after = 0, onEvent, onReset, signal }: Following,
  { limit, prefer, pauseMs }: { limit: number; prefer?: string; pauseMs: number },
): Promise<void> {
  let cursor = after;
  while (!signal?.aborted) {
    const path = `/jobs/${job}/events?after=${encodeURIComponent(cursor)}&limit=${limit}`;
    const page = await unlessCut(getPage(target, path, { signal, ...(prefer && { prefer }) }), signal);
    if (!page || signal?.aborted) return;
    if (page.reset) onReset?.(page.reset.job);
    for (const event of page.events) {
      onEvent(event);
      if (signal?.aborted) return;
    }
    cursor = page.cursor;
    if (page.done) return;
    if (page.events.length < limit) await pause(pauseMs);
  }
}

export const jsonPage: Channel = {
  name: 'JSON page',
  follow: (target, following) => poll(target, following, { limit: 3, pauseMs: 100 }),
};

export const longPoll: Channel = {
  name: 'long poll',
  follow: (target, following) => poll(target, following, { limit: 1000, prefer: 'wait=20', pauseMs: 0 }),
};
