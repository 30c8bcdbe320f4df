import { limits } from '../../protocol/limits.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { Subprotocol } from '../../protocol/socket-messages.ts';
import { putConnection } from '../aws/connections.ts';
import type { Handshake } from '../edge/socket.ts';

/** The subprotocols that are spoken here, the default one first. */
const spoken: readonly Subprotocol[] = ['jobwire.v1'];

/** Takes a connection, which its authorizer has admitted; refuses one that offers only subprotocols unknown here. */
export async function connect(
  id: string,
  { principal, offered }: { principal: Principal; offered: string[] },
): Promise<Handshake | undefined> {
  const chosen = spoken.find((name) => offered.includes(name));
  const [protocol] = chosen ? [chosen] : spoken;
  if (!protocol || (offered.length > 0 && !chosen)) return undefined;
  const nowMs = Date.now();
  const row = {
    id,
    principal,
    protocol,
    openedAtMs: nowMs,
    lastMessageAtMs: nowMs,
    messages: 0,
    countedFromMs: nowMs,
    subscriptions: {},
  };
  await putConnection(row, nowMs + limits.idleConnectionSeconds * 1000);
  return { subprotocol: chosen };
}
