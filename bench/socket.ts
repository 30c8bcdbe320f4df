import WebSocket from 'ws';
import type { ServerMessage } from '../protocol/socket-messages.ts';

/** A message, and when it came. */
export interface Heard {
  message: ServerMessage;
  atMs: number;
}

/** A connection to the live address that hands each message to whoever listens. */
export interface Socket {
  send(message: object): void;
  /** Resolves with the first message from now on that `wanted` holds for. */
  next(wanted: (message: ServerMessage) => boolean): Promise<Heard>;
  onMessage(listener: (heard: Heard) => void): void;
  close(): void;
}

export async function openSocket(live: string, key: string): Promise<Socket> {
  const socket = new WebSocket(live, 'jobwire.v1', { headers: { authorization: `Bearer ${key}` } });
  const listeners = new Set<(heard: Heard) => void>();
  socket.on('message', (data) => {
    const heard = { message: JSON.parse(String(data)) as ServerMessage, atMs: performance.now() };
    for (const listener of listeners) listener(heard);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    next: (wanted) =>
      new Promise((resolve) => {
        const listener = (heard: Heard) => {
          if (!wanted(heard.message)) return;
          listeners.delete(listener);
          resolve(heard);
        };
        listeners.add(listener);
      }),
    onMessage: (listener) => void listeners.add(listener),
    close: () => socket.close(),
  };
}

/** True for the end of the job that subscription `id` follows. */
export function isComplete(id: string): (message: ServerMessage) => boolean {
  return (message) => message.type === 'complete' && message.id === id;
}
