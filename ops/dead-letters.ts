import { listDeadLetters } from '../lambdas/aws/job-lists.ts';
import type { JobRecord } from '../lambdas/core/job-record.ts';
import { columns } from './columns.ts';
import { listTenants } from './tenants.ts';
import { counted, type Report, type Request } from './verb.ts';

/** `dead-letters`: jobs out of runs, or with a message that could not be processed; the newest of each tenant first. */
export async function showDeadLetters({ tenant, type, limit }: Request): Promise<Report> {
  const tenants = await listTenants(tenant);
  const found = await Promise.all(tenants.map((each) => newestOf(each, { type, limit })));
  const records = found.flatMap(({ records }) => records).toSorted((a, b) => (b.deadAtMs ?? 0) - (a.deadAtMs ?? 0));
  const shown = records.slice(0, limit);
  const hasMore = records.length > limit || found.some(({ hasMore }) => hasMore);
  const json = { items: shown.map(describe), hasMore };
  return { json, text: textOf(shown, hasMore) };
}

async function newestOf(tenant: string, { type, limit }: { type: string | undefined; limit: number }) {
  const records: JobRecord[] = [];
  let page: string | undefined;
  do {
    const found = await listDeadLetters(tenant, { limit, ...(type && { type }), ...(page && { page }) });
    records.push(...found.records);
    page = found.next;
  } while (page !== undefined && records.length < limit);
  return { records, hasMore: page !== undefined };
}

function describe({ id, tenant, type, run, maxRuns, deadAtMs = 0, error, traceparent }: JobRecord) {
  return { id, tenant, type, run, maxRuns, deadAt: new Date(deadAtMs).toISOString(), error, traceparent };
}

function textOf(records: JobRecord[], hasMore: boolean): string {
  if (records.length === 0) return 'There are no dead letters.';
  const rows = records.map(({ id, tenant, type, run, deadAtMs = 0, error }) => [
    id,
    tenant,
    type,
    run,
    new Date(deadAtMs).toISOString(),
    // What the last run threw says more than that there are no more runs.
    oneLine(error?.cause ? `${error.cause.code}: ${error.cause.message}` : (error?.message ?? '-')),
  ]);
  const more = hasMore ? ', and there are more: --limit, --tenant and --type choose' : '';
  return [
    columns(['JOB', 'TENANT', 'TYPE', 'RUNS', 'DIED', 'WHY'], rows),
    `\n${counted(records.length, 'dead letter')}${more}. Run them again with: npm run ops -- redrive --job <id>, or --type <type>`,
  ].join('\n');
}

const longestReason = 100;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > longestReason ? `${line.slice(0, longestReason - 1)}…` : line;
}
