import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket, { type ClientOptions } from 'ws';
import type { ServerMessage } from '../../protocol/socket-messages.ts';

/** One WebSocket that keeps all that it is sent. */
export interface SocketClient {
  readonly protocol: string;
  readonly messages: ServerMessage[];
  /** Of its end: undefined while it is open. */
  readonly closeCode: number | undefined;
  send(message: object | string): void;
  /** The first message that fits, which may have come before. */
  until(fits: (message: ServerMessage) => boolean): Promise<ServerMessage>;
  close(): void;
}

const longestWaitMs = 60_000;

/** Opens a WebSocket; rejects with `Unexpected server response: <status>` where the handshake is refused. */
export async function openSocket(
  address: string,
  { protocols = [], ...options }: ClientOptions & { protocols?: string[] } = {},
): Promise<SocketClient> {
  const socket = new WebSocket(address, protocols, options);
  const messages: ServerMessage[] = [];
  let closeCode: number | undefined;
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  socket.on('close', (code) => {
    closeCode = code;
  });
  await once(socket, 'open');
  socket.on('error', () => {});
  return {
    get protocol() {
      return socket.protocol;
    },
    messages,
    get closeCode() {
      return closeCode;
    },
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async until(fits) {
      const untilMs = Date.now() + longestWaitMs;
      for (;;) {
        const found = messages.find(fits);
        if (found) return found;
        if (Date.now() > untilMs) throw new Error(`Cannot find the message: there are ${JSON.stringify(messages)}`);
        await pause(20);
      }
    },
    close: () => socket.terminate(),
  };
}
