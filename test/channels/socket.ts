import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import { type Channel, type Following, Refused, settledBy } from './channel.ts';

let subscriptions = 0;

/** The address of the WebSocket, from the one place that tells it. */
export async function liveUrl(url: string): Promise<string> {
  const { links } = (await (await fetch(url)).json()) as { links: { events: string } };
  return links.events;
}

/** The package `ws`: connects again and resumes with its cursor where the connection is closed on it. */
export const webSocket: Channel = {
  name: 'WebSocket',
  async follow({ url, key, live }, { after, onEvent, onReset, signal, sleepsMs = 0, job }) {
    const address = live ?? (await liveUrl(url));
    let cursor = after;
    let sleepMs = sleepsMs;
    for (;;) {
      const ended = await followOnce(address, key, {
        job,
        after: cursor,
        onEvent: (event) => {
          cursor = event.seq;
          onEvent(event);
        },
        ...(onReset && { onReset }),
        ...(signal && { signal }),
        sleepsMs: sleepMs,
      });
      if (ended || signal?.aborted) return;
      sleepMs = 0;
    }
  },
};

/** True where the job's end was told, false where the connection ended before it. */
async function followOnce(address: string, key: string, following: Following): Promise<boolean> {
  const { job, after, onEvent, onReset, signal, sleepsMs = 0 } = following;
  const end = settledBy(signal);
  const id = `s${++subscriptions}`;
  let isComplete = false;
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${key}` } });
  socket.on('unexpected-response', (_, response) => end.reject(new Refused(response.statusCode ?? 0)));
  // Cut off, in the handshake or later: the next connection goes on.
  socket.on('error', () => end.resolve());
  socket.on('close', () => end.resolve());
  socket.on('open', async () => {
    socket.send(JSON.stringify({ type: 'subscribe', id, job, ...(after !== undefined && { after }) }));
    if (sleepsMs === 0) return;
    socket.pause();
    await pause(sleepsMs);
    socket.resume();
  });
  socket.on('message', (data) => {
    const message: ServerMessage = JSON.parse(String(data));
    if (signal?.aborted || !('id' in message) || message.id !== id) return;
    if (message.type === 'reset') onReset?.(message.job);
    if (message.type === 'event') onEvent(message.event);
    if (message.type === 'error') end.reject(new Refused(message.error.status));
    if (message.type !== 'complete') return;
    isComplete = true;
    end.resolve();
  });
  await end.promise.finally(() => socket.terminate());
  return isComplete;
}
