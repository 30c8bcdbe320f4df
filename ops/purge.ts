import { listDeadLetters, listJobs } from '../lambdas/aws/job-lists.ts';
import { inParallel } from '../lambdas/core/in-parallel.ts';
import { bodyOf, callOperation } from './call-operation.ts';
import { checkType } from './job-types.ts';
import type { Stack } from './stack-target.ts';
import { listTenants } from './tenants.ts';
import { UsageError } from './usage-error.ts';
import { counted, type Report, type Request } from './verb.ts';

const pageSize = 100;
const parallelCancels = 10;

/**
 * `purge`: no message is taken from a queue, for its job would stay without an end. Waiting jobs of a type are canceled,
 * as their clients could, and these hear of it; their messages then find nothing to do. Dead letters, whose jobs have
 * their end, leave the list.
 */
export async function purge(request: Request): Promise<Report> {
  const { stack, type, ofDeadLetters, hasYes } = request;
  if (type === undefined && !ofDeadLetters) {
    throw new UsageError('Cannot tell what to purge: give --type NAME for its waiting jobs, or --dead-letters');
  }
  const found = await Promise.all(
    (await listTenants(request.tenant)).map(async (tenant) => ({ tenant, jobs: await findJobs(tenant, request) })),
  );
  const count = found.reduce((sum, { jobs }) => sum + jobs.length, 0);
  if (count === 0) {
    // A type that the stack has no more may still have jobs; one that it never had is a slip.
    if (type !== undefined) await checkType(stack, type);
    return {
      json: { found: 0 },
      text: `There are no ${ofDeadLetters ? 'dead letters' : 'waiting jobs'}${ofWhom(request)}.`,
    };
  }
  const what = `${counted(count, ofDeadLetters ? 'dead letter' : 'waiting job')}${ofWhom(request)}`;
  if (!hasYes) {
    const deed = ofDeadLetters ? 'taken off the list' : 'canceled';
    throw new UsageError(`Nothing is done yet: ${what} would be ${deed}. Add --yes to do it`);
  }
  return ofDeadLetters ? clear(request, what, found) : cancelAll(stack, what, found);
}

interface Found {
  tenant: string;
  jobs: string[];
}

function ofWhom({ type, tenant }: Request): string {
  return `${type === undefined ? '' : ` of ${type}`}${tenant === undefined ? '' : ` of the tenant ${tenant}`}`;
}

async function findJobs(tenant: string, { type, ofDeadLetters }: Request): Promise<string[]> {
  const jobs: string[] = [];
  let page: string | undefined;
  do {
    const options = { limit: pageSize, ...(type && { type }), ...(page && { page }) };
    const found = await (ofDeadLetters
      ? listDeadLetters(tenant, options)
      : listJobs(tenant, { ...options, status: 'queued' }));
    jobs.push(...found.records.map(({ id }) => id));
    page = found.next;
  } while (page !== undefined);
  return jobs;
}

async function cancelAll(stack: Stack, what: string, found: Found[]): Promise<Report> {
  const json = { canceled: 0, stopping: 0, doneBefore: 0, faults: [] as string[] };
  const jobs = found.flatMap(({ tenant, jobs }) => jobs.map((job) => ({ tenant, job })));
  await inParallel(jobs, parallelCancels, async ({ tenant, job }) => {
    try {
      const answer = await callOperation(stack, 'cancelJob', { tenant, path: { id: job } });
      // Done, or begun, since it was listed.
      if (answer.body.code === 'job-done') json.doneBefore += 1;
      else if (bodyOf(answer, `cancel ${job} of ${tenant}`) && answer.status === 202) json.stopping += 1;
      else json.canceled += 1;
    } catch (error) {
      // One job must not keep the others waiting.
      json.faults.push(error instanceof Error ? error.message : String(error));
    }
  });
  const { canceled, stopping, doneBefore, faults } = json;
  const parts = [
    `${what}: ${canceled} canceled`,
    ...(stopping > 0 ? [`${stopping} had begun and are being stopped`] : []),
    ...(doneBefore > 0 ? [`${doneBefore} came to their end before`] : []),
    ...(faults.length > 0 ? [`${faults.length} failed, so do it again. The first: ${faults[0]}`] : []),
  ];
  return { json, text: parts.join(', '), ...(faults.length > 0 && { isBad: true }) };
}

async function clear({ stack, type }: Request, what: string, found: Found[]): Promise<Report> {
  let cleared = 0;
  for (const { tenant } of found.filter(({ jobs }) => jobs.length > 0)) {
    for (let more = true; more; ) {
      const answer = await callOperation(stack, 'clearDeadLetters', { tenant, query: { type } });
      const body = bodyOf(answer, `clear the dead letters of ${tenant}`);
      cleared += Number(body.count);
      more = body.more === true;
    }
  }
  return { json: { cleared }, text: `${what}: ${cleared} taken off the list; the jobs stay until they expire` };
}
