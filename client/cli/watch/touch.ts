import type { ChannelNews } from '../../types.ts';

/** Whether events get through at present. */
export interface Touch {
  /** Since when they do not; undefined while they do. */
  lostAtMs: number | undefined;
}

/** A change of channel takes less, and is nobody's business. */
const worthTellingMs = 2000;
/** How long to go on while nothing gets through: then somebody may have to do something. */
export const giveUpAfterMs = 60_000;

/** What `news` of the channels makes of it. */
export function afterNews({ lostAtMs }: Touch, { state }: Pick<ChannelNews, 'state'>, nowMs: number): Touch {
  if (state === 'open') return { lostAtMs: undefined };
  return { lostAtMs: state === 'failed' ? (lostAtMs ?? nowMs) : lostAtMs };
}

/** True where it is worth telling that nothing gets through. */
export function isLost({ lostAtMs }: Touch, nowMs: number): boolean {
  return lostAtMs !== undefined && nowMs - lostAtMs >= worthTellingMs;
}
