const daySeconds = 86_400;
/** HEAD's TTL stays at least 15 days ahead while the job is not done; each claim moves it on. */
const undoneDays = 16;

const seconds = (timeMs: number) => Math.ceil(timeMs / 1000);

/** When the record of a job that is not done expires, in seconds since the epoch, counted from its last claim. */
export const expiryOfUndone = (fromMs: number): number => seconds(fromMs) + undoneDays * daySeconds;

/** When the record of a job that is done expires. */
export const expiryOfDone = (finishedAtMs: number, retentionDays: number): number =>
  seconds(finishedAtMs) + retentionDays * daySeconds;

/** When an item beside HEAD expires: never before HEAD, whatever becomes of the job. */
export const expiryBesideHead = (nowMs: number, retentionDays: number): number =>
  seconds(nowMs) + (2 * undoneDays + retentionDays) * daySeconds;
