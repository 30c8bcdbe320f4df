import { beforeAll, describe, expect, test } from 'vitest';
import { cases } from './cases.ts';
import { localTarget } from './local-target.ts';
import { type Outcome, startCases } from './run-cases.ts';

const suiteTimeoutMs = 400_000;

/** All cases run at the same time, each test waits for its own. */
let outcomes: Map<string, Promise<Outcome>>;

beforeAll(async () => {
  outcomes = startCases(cases, await localTarget('contract'));
});

describe('the contract', () => {
  test.each(cases)('$id $level: $name', { timeout: suiteTimeoutMs }, async ({ id }) => {
    const outcome = await outcomes.get(id);
    expect(outcome?.note ?? '').toBe('');
    expect(outcome?.result).toBe('passed');
  });
});
