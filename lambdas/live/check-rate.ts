import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { type Connection, restartCount } from '../aws/connections.ts';

/**
 * `maxMessagesPerConnectionSecond` on the average since the count began, which is anew after each second's worth of
 * messages: so the limit costs one more write in so many messages, and no read.
 */
export async function checkRate({ id, messages, countedFromMs }: Connection, nowMs: number): Promise<void> {
  const most = limits.maxMessagesPerConnectionSecond;
  if (messages <= most) return;
  if (nowMs - countedFromMs >= (messages * 1000) / most) return await restartCount(id, nowMs);
  // The next message counts, too.
  const waitSeconds = Math.ceil((countedFromMs - nowMs) / 1000 + (messages + 1) / most);
  const detail = `Cannot take this message: the connection sent more than ${most} a second; send it again in ${waitSeconds} s`;
  throw new ApiError('rate-limited', detail, { headers: { 'retry-after': String(waitSeconds) } });
}
