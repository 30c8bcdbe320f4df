import type { WebSocket } from 'ws';

/** One open WebSocket. */
export interface Connection {
  id: string;
  socket: WebSocket;
  connectedAtMs: number;
  /** The last message, either way. */
  lastActiveAtMs: number;
  domainName: string;
  identity: { sourceIp: string; userAgent?: string };
  /** What the authorizer of $connect answered; every later event of the connection carries it. */
  authorizer: Record<string, string | number> | undefined;
  /** The end of the queue of what is posted to it: posts go out in the order in which they came in. */
  lastPost: Promise<void>;
}

/** What is done about what a connection does. Replaced as a whole when the stack is loaded anew. */
export interface ConnectionEvents {
  onMessage(connection: Connection, text: string): void;
  onEnd(connection: Omit<Connection, 'socket' | 'lastActiveAtMs' | 'lastPost'>, code: number, reason: string): void;
}

/**
 * The open connections of a WebSocket API by id. They outlive the stack that they were opened under: a reload puts new
 * `events` in place, as a deployment does under open connections.
 */
export interface Connections {
  byId: Map<string, Connection>;
  events: ConnectionEvents;
}

/** A registry without connections, whose events are set by the API that serves it. */
export function newConnections(): Connections {
  return { byId: new Map(), events: { onMessage: () => undefined, onEnd: () => undefined } };
}
