import type { Api } from './api.ts';

/** What a case needs beyond an address and one key. */
export interface Needs {
  /** Job types that the service must offer. */
  types?: string[];
  /** A key of a second tenant. */
  otherKey?: boolean;
  /** A way to make and revoke keys: only where the operator's commands reach the service. */
  makeKey?: boolean;
  /** A receiver of webhooks on this machine that the service can reach: only where it runs here too. */
  receiver?: boolean;
  /** Takes over five seconds, mostly waiting: started first, beside all others. */
  slow?: boolean;
}

/** One rule of the contract, seen from outside. `id` is frozen: it is never used for another rule. */
export interface Case {
  id: string;
  level: 'MUST' | 'SHOULD';
  name: string;
  needs: Needs;
  check: (api: Api) => Promise<void>;
}

/** A rule that the contract states. */
export function must(id: string, name: string, check: Case['check'], needs: Needs = {}): Case {
  return { id, level: 'MUST', name, check, needs };
}

/** A rule that the contract leaves open and its users expect. */
export function should(id: string, name: string, check: Case['check'], needs: Needs = {}): Case {
  return { id, level: 'SHOULD', name, check, needs };
}

/** Runs `check` on every row, and throws one error that names each row that failed and why. */
export async function eachRow<Row>(rows: readonly Row[], check: (row: Row) => Promise<void>): Promise<void> {
  const failures: string[] = [];
  for (const row of rows) {
    try {
      await check(row);
    } catch (error) {
      failures.push(`${JSON.stringify(row)?.slice(0, 200)}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (failures.length > 0) throw new Error(`${failures.length} of ${rows.length} rows fail\n${failures.join('\n')}`);
}
