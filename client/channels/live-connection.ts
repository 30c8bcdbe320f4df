import type { ServerMessage } from '../../protocol/socket-messages.ts';
import { ApiError, NetworkError, TimeoutError } from '../errors.ts';
import type { WebSocketClass } from '../types.ts';
import type { Told } from './channel.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { paceMessages } from './pace-messages.ts';

/** One WebSocket, with any number of subscriptions. */
export interface LiveConnection {
  /** How many subscriptions it has. */
  size(): number;
  /** How many the service counts: those too that are left, as long as their unsubscribe waits. */
  load(): number;
  /** False once it has ended, or is about to. */
  isFresh(): boolean;
  /** Subscribes to a job, and unsubscribes where the iteration is left. */
  subscribe(job: string, after: number): Mailbox<Told> & { leave(): void };
  /** Ends the subscriptions where they are, to be gone on with on another connection, and closes this one. */
  retire(): void;
}

/** The service closes a connection that says nothing for five minutes. */
const longestSilenceMs = 4 * 60_000;
/** The first ping comes sooner, and each after another silence twice as late: a dead connection shows soon, at little cost. */
const firstSilenceMs = 30_000;
const pongTimeoutMs = 10_000;
/** More events than this are not kept for a reader that does not read them: it goes on from its cursor. */
const mostWaiting = 500;

/** Opens a WebSocket and waits until it is open. */
export function openLiveConnection(
  WebSocketType: WebSocketClass,
  { url, timeoutMs, freshMs }: { url: string; timeoutMs: number; freshMs: number },
): Promise<LiveConnection> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(WebSocketType, url);
    const connection = liveConnection(socket, { freshMs, timeoutMs });
    const timer = setTimeout(() => {
      connection.retire();
      reject(new TimeoutError('open the WebSocket', timeoutMs));
    }, timeoutMs);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve(connection);
    });
    for (const type of ['error', 'close'] as const) {
      socket.addEventListener(type, () => {
        clearTimeout(timer);
        // What browsers tell of a handshake that failed is nothing.
        reject(new NetworkError('open the WebSocket', 'it is refused or closed'));
      });
    }
  });
}

/** A page that came by https may not even try an address without TLS: that is thrown, where all else comes as an event. */
function createSocket(WebSocketType: WebSocketClass, url: string): InstanceType<WebSocketClass> {
  try {
    return new WebSocketType(url, 'jobwire.v1');
  } catch (error) {
    throw new NetworkError('open the WebSocket', error);
  }
}

function liveConnection(
  socket: InstanceType<WebSocketClass>,
  { freshMs, timeoutMs }: { freshMs: number; timeoutMs: number },
): LiveConnection {
  const subscriptions = new Map<string, Mailbox<Told>>();
  const freshUntilMs = Date.now() + freshMs;
  let isRetired = false;
  let ids = 0;
  /** Runs from the first message that is sent until the first one that comes: some proxies let the handshake pass alone. */
  let muteTimer: ReturnType<typeof setTimeout> | undefined;

  const outgoing = paceMessages((message) => socket.send(JSON.stringify(message)));
  const pulse = startPulse(
    () => outgoing.put({ type: 'ping' }),
    () => end(new NetworkError('hear of the WebSocket', `it is silent for ${pongTimeoutMs} ms after a ping`)),
  );

  /** Ends all of it: with an error where it was cut off. */
  function end(error?: unknown): void {
    isRetired = true;
    clearTimeout(muteTimer);
    pulse.stop();
    outgoing.stop();
    for (const mailbox of subscriptions.values()) mailbox.end(error);
    subscriptions.clear();
    socket.close();
  }

  function take(message: ServerMessage): void {
    if (message.type === 'reconnect') end();
    if (!('id' in message) || message.id === undefined) return;
    const mailbox = subscriptions.get(message.id);
    if (!mailbox) return;
    if (message.type === 'subscribed') mailbox.put({ type: 'open' });
    if (message.type === 'reset') mailbox.put({ type: 'reset', job: message.job });
    if (message.type === 'event' && !mailbox.put({ type: 'event', event: message.event })) leave(message.id);
    if (message.type === 'complete') mailbox.put({ type: 'done' });
    if (message.type === 'error') mailbox.end(refusal(message));
    if (message.type === 'complete' || message.type === 'error') subscriptions.delete(message.id);
  }

  function leave(id: string): void {
    if (subscriptions.delete(id)) outgoing.put({ type: 'unsubscribe', id });
  }

  socket.addEventListener('message', ({ data }) => {
    const message = parseMessage(data);
    if (!message) return end(new NetworkError('hear of the WebSocket', 'what it says is no JSON'));
    clearTimeout(muteTimer);
    pulse.beat(message.type === 'pong');
    take(message);
  });
  for (const type of ['error', 'close'] as const)
    socket.addEventListener(type, () => end(new NetworkError('hear of the WebSocket', 'it is closed')));

  return {
    size: () => subscriptions.size,
    load: () => subscriptions.size + outgoing.leaving(),
    isFresh: () => !isRetired && Date.now() < freshUntilMs,
    subscribe(job, after) {
      const id = `${++ids}`;
      const mailbox = createMailbox<Told>(mostWaiting);
      subscriptions.set(id, mailbox);
      outgoing.put({ type: 'subscribe', id, job, after });
      muteTimer ??= setTimeout(() => end(new TimeoutError('hear of the WebSocket', timeoutMs)), timeoutMs);
      return Object.assign(mailbox, { leave: () => leave(id) });
    },
    retire: () => end(),
  };
}

function parseMessage(data: unknown): ServerMessage | undefined {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}

/** Pings a connection that is silent, and tells when no answer comes. */
function startPulse(ping: () => void, lose: () => void): { beat(isPong: boolean): void; stop(): void } {
  let silenceMs = firstSilenceMs;
  let timer: ReturnType<typeof setTimeout>;
  const listen = () => {
    timer = setTimeout(() => {
      ping();
      timer = setTimeout(lose, pongTimeoutMs);
    }, silenceMs);
  };
  listen();
  return {
    beat(isPong) {
      silenceMs = isPong ? Math.min(2 * silenceMs, longestSilenceMs) : firstSilenceMs;
      clearTimeout(timer);
      listen();
    },
    stop: () => clearTimeout(timer),
  };
}

function refusal({ error: problem, retryAfterSeconds }: ServerMessage & { type: 'error' }): ApiError {
  const { detail, status } = problem;
  const wait = retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * 1000 };
  return new ApiError(detail, { status, problem, ...wait });
}
