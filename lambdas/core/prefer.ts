import { limits } from '../../protocol/limits.ts';

/**
 * The seconds of `Prefer: wait=N` (RFC 7240), at most `limits.maxWaitSeconds`. Undefined where there is none that can be
 * honoured: the RFC has such preferences ignored, not refused. The first of several counts.
 */
export function readWait(prefer: string | undefined): number | undefined {
  for (const preference of (prefer ?? '').split(',')) {
    const [name = '', value = ''] = (preference.split(';')[0] ?? '').split('=', 2).map((part) => part.trim());
    if (name.toLowerCase() !== 'wait') continue;
    const seconds = /^"?(\d+)"?$/.exec(value)?.[1];
    return seconds === undefined || Number(seconds) === 0
      ? undefined
      : Math.min(Number(seconds), limits.maxWaitSeconds);
  }
  return undefined;
}
