import { limits } from '../../protocol/limits.ts';
import { inParallel } from '../core/in-parallel.ts';
import { connectionDueKind, connectionOf, findConnection, rescheduleConnection } from './connections.ts';
import { findDue } from './due-items.ts';
import type { ItemKey } from './keys.ts';

const minuteMs = 60_000;
const parallelMinutes = 3;
const parallelConnections = 20;

/**
 * Has the minute rule look at the open connections of a key at `dueAtMs`, rather than in the course of five minutes.
 * They are found by the due index, where every connection stands within that time; there is no index by key, for keys
 * are seldom revoked.
 */
export async function hastenConnections(keyId: string, { nowMs, dueAtMs }: { nowMs: number; dueAtMs: number }) {
  // One minute more: a connection may be moved on while this looks.
  const minutes = Math.ceil((limits.idleConnectionSeconds * 1000) / minuteMs) + 2;
  const found: ItemKey[] = [];
  const lastMs = nowMs + minutes * minuteMs;
  await inParallel([...Array(minutes).keys()], parallelMinutes, async (minute) => {
    found.push(...(await findDue(connectionDueKind, nowMs + minute * minuteMs, lastMs)));
  });
  await inParallel(found, parallelConnections, async (item) => {
    const connection = await findConnection(connectionOf(item));
    if (connection?.principal.keyId === keyId) await rescheduleConnection(connection.id, { dueAtMs });
  });
}
