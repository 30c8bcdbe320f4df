import { afterAll, beforeAll, vi } from 'vitest';
import { type Operator, startOperator } from './operator.ts';

/** An operator with a local server, for all tests of a file. */
export function useOperator(): Operator {
  // Each command is a process of its own, on a machine that runs other suites.
  vi.setConfig({ testTimeout: 60_000 });
  let operator: Operator;
  beforeAll(async () => {
    operator = await startOperator();
  });
  afterAll(() => operator.server.stop());
  return {
    get server() {
      return operator.server;
    },
    ops: (...args) => operator.ops(...args),
    json: (...args) => operator.json(...args),
    makeTenant: (tenant) => operator.makeTenant(tenant),
  };
}
