const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A time span in one or two units: `240 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < 10 * second) return `${Math.floor(ms / 100) / 10} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return twoUnits(ms, [minute, 'min'], [second, 's']);
  if (ms < day) return twoUnits(ms, [hour, 'h'], [minute, 'min']);
  return twoUnits(ms, [day, 'd'], [hour, 'h']);
}

function twoUnits(ms: number, [large, largeName]: [number, string], [small, smallName]: [number, string]): string {
  const count = Math.floor(ms / large);
  const rest = Math.floor((ms - count * large) / small);
  return rest === 0 ? `${count} ${largeName}` : `${count} ${largeName} ${rest} ${smallName}`;
}

/** How long ago, or how soon: `just now`, `40 s ago`, `in 5 min`. */
export function formatAgo(time: string, nowMs: number): string {
  const ms = nowMs - Date.parse(time);
  if (Math.abs(ms) < 2 * second) return 'just now';
  const span = oneUnit(Math.abs(ms));
  return ms > 0 ? `${span} ago` : `in ${span}`;
}

function oneUnit(ms: number): string {
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  return ms < day ? `${Math.floor(ms / hour)} h` : `${Math.floor(ms / day)} d`;
}

/** Bytes in the largest unit that leaves at least one of it. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let size = bytes;
  let index = 0;
  while (size >= 1024 && index < units.length - 1) {
    size /= 1024;
    index += 1;
  }
  const rounded = size >= 100 ? Math.round(size) : Math.round(size * 10) / 10;
  return `${rounded} ${units[index]}`;
}

/** `1 job`, `2 jobs`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** An id, short enough for a table; its beginning tells it from others. */
export function shortId(id: string): string {
  return id.length > 16 ? `${id.slice(0, 14)}…` : id;
}
