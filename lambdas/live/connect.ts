import { limits } from '../../protocol/limits.ts';
import type { Principal } from '../../protocol/principal.ts';
import { subprotocols } from '../../protocol/socket-messages.ts';
import { putConnection } from '../aws/connections.ts';
import type { Handshake } from '../edge/socket.ts';

/** Takes a connection, which its authorizer has admitted; refuses one that offers only subprotocols unknown here. */
export async function connect(
  id: string,
  { principal, offered }: { principal: Principal; offered: string[] },
): Promise<Handshake | undefined> {
  const chosen = subprotocols.find((name) => offered.includes(name));
  if (offered.length > 0 && !chosen) return undefined;
  const nowMs = Date.now();
  const row = {
    id,
    principal,
    protocol: chosen ?? subprotocols[0],
    openedAtMs: nowMs,
    lastMessageAtMs: nowMs,
    messages: 0,
    countedFromMs: nowMs,
    subscriptions: {},
  };
  await putConnection(row, nowMs + limits.idleConnectionSeconds * 1000);
  return { subprotocol: chosen };
}
