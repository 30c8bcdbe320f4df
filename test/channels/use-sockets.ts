import { afterEach, beforeAll, inject } from 'vitest';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import { openService, type Service } from './service.ts';
import { liveUrl } from './socket.ts';
import { openSocket, type SocketClient } from './socket-client.ts';

interface Sockets {
  service: Service;
  /** Of the WebSocket API. */
  address: string;
  /** To be ended with the test. */
  opened: SocketClient[];
  open(credential?: string, protocols?: string[]): Promise<SocketClient>;
}

/** The WebSocket API for all tests of a file; what a test opens ends with it. */
export function useSockets(): Sockets {
  const opened: SocketClient[] = [];
  const sockets = {
    opened,
    async open(credential = sockets.service.target.key, protocols = []) {
      const headers = { authorization: `Bearer ${credential}` };
      const socket = await openSocket(sockets.address, { headers, protocols });
      opened.push(socket);
      return socket;
    },
  } as Sockets;
  beforeAll(async () => {
    sockets.service = await openService(inject('server'));
    sockets.address = await liveUrl(sockets.service.target.url);
  });
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.close();
  });
  return sockets;
}

/** Whether a message is of a type and, where it is given, for an id. */
export const is = (type: ServerMessage['type'], id?: string) => (message: ServerMessage) =>
  message.type === type && (id === undefined || ('id' in message && message.id === id));
