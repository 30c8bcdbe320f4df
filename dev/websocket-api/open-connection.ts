import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Connection, Connections } from './connections.ts';
import { watchFrames } from './watch-frames.ts';
import type { WebSocketLimits } from './websocket-limits.ts';

interface OpenOptions {
  connections: Connections;
  limits: WebSocketLimits;
  /** The stream under the WebSocket. */
  stream: Duplex;
  now(): number;
}

/** What `$disconnect` is told where the close frame itself gives no reason. */
const disconnectReasons = new Map([
  [1001, 'Going away'],
  [1005, 'Client-side close frame status not set'],
  [1006, 'Connection Closed Abnormally'],
]);

/**
 * Puts a connection into the registry and watches over its limits: frames, idleness, age, and binary messages, which
 * API Gateway refuses with 1003. What it says and how it ends goes to the registry's events of that moment.
 */
export function openConnection(connection: Connection, { connections, limits, stream, now }: OpenOptions): void {
  const { socket } = connection;
  connections.byId.set(connection.id, connection);
  watchFrames(stream, limits.maxFrameBytes, () => socket.close(1009, 'Message too big'));
  const stopIdling = closeWhenIdle(connection, limits.idleMs, now);
  const tooOld = setTimeout(() => goAway(socket), limits.maxConnectionMs).unref();

  socket.on('message', (data: RawData, isBinary: boolean) => {
    // What still comes in after a close was sent is not read.
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) {
      socket.close(1003, 'Unsupported data');
      return;
    }
    connection.lastActiveAtMs = now();
    connections.events.onMessage(connection, data.toString());
  });
  socket.on('ping', () => {
    connection.lastActiveAtMs = now();
  });
  // The engine has closed the connection already, with the code that the fault asks for.
  socket.on('error', () => undefined);
  socket.on('close', (code, reason) => {
    stopIdling();
    clearTimeout(tooOld);
    connections.byId.delete(connection.id);
    connections.events.onEnd(connection, code, reason.toString() || (disconnectReasons.get(code) ?? ''));
  });
}

/** Ends a connection from the server's side, as API Gateway does when one is idle or too old. */
export function goAway(socket: WebSocket): void {
  socket.close(1001, 'Going away');
}

function closeWhenIdle(connection: Connection, idleMs: number, now: () => number): () => void {
  let timer: NodeJS.Timeout;
  const watch = (waitMs: number) => {
    timer = setTimeout(() => {
      const leftMs = connection.lastActiveAtMs + idleMs - now();
      if (leftMs > 0) watch(leftMs);
      else goAway(connection.socket);
    }, waitMs).unref();
  };
  watch(idleMs);
  return () => clearTimeout(timer);
}
