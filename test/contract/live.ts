import WebSocket from 'ws';
import type { ClientMessage, ServerMessage } from '../../protocol/socket-messages.ts';
import type { Api } from './api.ts';

interface OpenOptions {
  /** Instead of the API's own, in the Authorization header; null for none. */
  credential?: string | null;
  /** What follows the address, such as `?access_token=...`. */
  query?: string;
  subprotocols?: string[];
}

/** An open connection. */
export interface Live {
  /** The subprotocol that the server chose. */
  protocol: string;
  send(message: ClientMessage | string): void;
  /** The next message that was not taken yet. */
  next(): Promise<ServerMessage>;
  /** All messages up to the first of `type`, that one included. */
  until(type: ServerMessage['type']): Promise<ServerMessage[]>;
  close(): void;
}

const patienceMs = 120_000;

/** Opens a connection at the address that GET /v1 gives; where it is refused, resolves with the status. */
export async function openLive(api: Api, options: OpenOptions = {}): Promise<Live | number> {
  const { namesSubprotocol = true } = api.target;
  const { credential = api.credential, query = '', subprotocols = namesSubprotocol ? ['jobwire.v1'] : [] } = options;
  const { links } = (await api.call('GET', '', { credential: null })).body as { links: { events: string } };
  const headers = credential === null ? {} : { authorization: `Bearer ${credential}` };
  const socket = new WebSocket(links.events + query, subprotocols, { headers });
  const messages: ServerMessage[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)));
    wake();
  });
  const refused = await new Promise<number | undefined>((resolve, reject) => {
    socket.once('open', () => resolve(undefined));
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  if (refused !== undefined) {
    socket.terminate();
    return refused;
  }

  async function next(): Promise<ServerMessage> {
    const timer = setTimeout(() => wake(), patienceMs);
    const endMs = Date.now() + patienceMs;
    while (messages.length === 0 && Date.now() < endMs) await new Promise<void>((resolve) => (wake = resolve));
    clearTimeout(timer);
    const message = messages.shift();
    if (!message) throw new Error(`No message came within ${patienceMs} ms`);
    return message;
  }

  return {
    protocol: socket.protocol,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next,
    async until(type) {
      const taken: ServerMessage[] = [];
      do taken.push(await next());
      while (taken.at(-1)?.type !== type);
      return taken;
    },
    close: () => socket.close(),
  };
}

/** Has `work` done on a connection, which must be let in, and closes it. */
export async function onLive(api: Api, work: (live: Live) => Promise<void>, options: OpenOptions = {}): Promise<void> {
  const live = await openLive(api, options);
  if (typeof live === 'number') throw new Error(`The handshake is refused with ${live}`);
  try {
    await work(live);
  } finally {
    live.close();
  }
}
