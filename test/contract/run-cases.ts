import { setTimeout as pause } from 'node:timers/promises';
import type { JobType } from '../../protocol/types.ts';
import { type Api, apiOf } from './api.ts';
import type { Case } from './case.ts';
import type { Target } from './target.ts';

/** How one case ended. */
export interface Outcome {
  id: string;
  level: Case['level'];
  name: string;
  result: 'passed' | 'failed' | 'skipped';
  ms: number;
  /** Why it failed or was skipped. */
  note?: string;
}

/** A service that runs on one machine is not to be tested for load here. */
interface Pace {
  /** Fast cases at the same time. */
  fastAtOnce: number;
  /** Between the starts of two slow ones. */
  slowEveryMs: number;
}

const usualPace: Pace = { fastAtOnce: 4, slowEveryMs: 600 };

/** Starts all cases, the slow ones soon and the others a few at a time, and gives a promise of each outcome by id. */
export function startCases(
  cases: readonly Case[],
  target: Target,
  { fastAtOnce, slowEveryMs } = usualPace,
): Map<string, Promise<Outcome>> {
  const api = apiOf(target);
  const types = typeNames(api);
  const outcomes = new Map<string, Promise<Outcome>>();
  const lanes = Array.from({ length: fastAtOnce }, () => Promise.resolve());
  // Those that die and are found dead take minutes: they go first.
  const dies = ({ needs }: Case) => Number(needs.types?.includes('crash') ?? false);
  const slow = cases.filter(({ needs }) => needs.slow).toSorted((a, b) => dies(b) - dies(a));
  const fast = cases.filter(({ needs }) => !needs.slow);
  slow.forEach((one, index) => {
    outcomes.set(
      one.id,
      pause(index * slowEveryMs).then(() => runCase(one, api, types)),
    );
  });
  fast.forEach((one, index) => {
    const lane = index % fastAtOnce;
    const outcome = (lanes[lane] ?? Promise.resolve()).then(() => runCase(one, api, types));
    lanes[lane] = outcome.then(() => undefined);
    outcomes.set(one.id, outcome);
  });
  return outcomes;
}

async function runCase(one: Case, api: Api, types: Promise<Set<string>>): Promise<Outcome> {
  const { id, level, name, needs } = one;
  const startMs = performance.now();
  const ended = (result: Outcome['result'], note?: string): Outcome => {
    const ms = Math.round(performance.now() - startMs);
    return { id, level, name, result, ms, ...(note !== undefined && { note }) };
  };
  try {
    const offered = await types;
    const missing = needs.types?.filter((type) => !offered.has(type)) ?? [];
    if (missing.length > 0) return ended('skipped', `the service has no job type ${missing.join(', ')}`);
    if (needs.otherKey && !api.target.otherKey) return ended('skipped', "needs a second tenant's key (--other-key)");
    if (needs.makeKey && !api.target.keys)
      return ended('skipped', 'needs keys of its own, which only the local server lets it make');
    if (needs.receiver && !isLocal(api)) return ended('skipped', 'needs a receiver that the service can reach');
    await one.check(api);
    return ended('passed');
  } catch (error) {
    return ended('failed', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

const isLocal = ({ target }: Api) => ['localhost', '127.0.0.1'].includes(new URL(target.url).hostname);

async function typeNames(api: Api): Promise<Set<string>> {
  const { body, status, text } = await api.call('GET', '/types');
  const items = (body as { items?: JobType[] } | undefined)?.items;
  if (status !== 200 || !items) throw new Error(`Cannot read the job types: ${status} ${text.slice(0, 200)}`);
  return new Set(items.map(({ name }) => name));
}
