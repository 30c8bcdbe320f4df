import { inject } from 'vitest';
import { localKeys } from './local-keys.ts';
import type { Target } from './target.ts';

/** The local server that all suites share, seen by two tenants of the suite's own. */
export async function localTarget(
  suite: string,
): Promise<Required<Omit<Target, 'namesSubprotocol'>> & { otherKey: string }> {
  const { rest, aws } = inject('server');
  const keys = localKeys(aws);
  const tenant = `${suite}-${Date.now()}`;
  const { key } = await keys.make({ tenant });
  const other = await keys.make({ tenant: `${tenant}-other` });
  return { url: rest, key, otherKey: other.key, keys };
}
