import { listDeadLetters } from '../lambdas/aws/job-lists.ts';
import { findJob } from '../lambdas/aws/job-store.ts';
import { bodyOf, callOperation } from './call-operation.ts';
import { checkType } from './job-types.ts';
import type { Stack } from './stack-target.ts';
import { listTenants } from './tenants.ts';
import { UsageError } from './usage-error.ts';
import { counted, type Report, type Request } from './verb.ts';

/** `redrive`: new, linked jobs for dead letters, by `POST /v1/dead-letters/redrive` in each tenant's name. */
export async function redrive(request: Request): Promise<Report> {
  const { jobs, type } = request;
  if (jobs.length > 0 && type !== undefined) {
    throw new UsageError('Cannot redrive jobs and a type at once: give --job ID, as often as wanted, or --type NAME');
  }
  if (jobs.length > 0) return redriveJobs(request);
  if (type === undefined) throw new UsageError('Cannot tell what to redrive: give --job ID or --type NAME');
  return redriveType(request, type);
}

async function redriveJobs({ stack, jobs, tenant: named }: Request): Promise<Report> {
  const made: { tenant: string; job: string; newJob: string }[] = [];
  // One by one, so that each new job stands beside the one that it is for; a fault leaves the ones before it done.
  for (const job of jobs) {
    const record = await findJob(job);
    if (!record || (named !== undefined && record.tenant !== named)) {
      const whose = named === undefined ? '' : ` of the tenant ${named}`;
      throw new Error(`Cannot redrive ${job}: there is no such job${whose}, or it has expired${soFar(made.length)}`);
    }
    const { tenant } = record;
    const answer = await callOperation(stack, 'redriveDeadLetters', { tenant, body: { jobs: [job] } });
    const [newJob] = bodyOf(answer, `redrive ${job} of ${tenant}`).jobs as string[];
    if (newJob === undefined) {
      throw new Error(`Cannot redrive ${job} of ${tenant}: it has expired by now${soFar(made.length)}`);
    }
    made.push({ tenant, job, newJob });
  }
  const lines = made.map(({ tenant, job, newJob }) => `${job} of ${tenant} runs again as ${newJob}`);
  return { json: { jobs: made }, text: lines.join('\n') };
}

const soFar = (count: number) => (count === 0 ? '' : ` (${counted(count, 'job')} before it: done)`);

async function redriveType({ stack, tenant }: Request, type: string): Promise<Report> {
  await checkType(stack, type);
  const made: { tenant: string; newJobs: string[]; left: number }[] = [];
  for (const each of await listTenants(tenant)) {
    const newJobs = await redriveTenant(stack, each, type);
    const left = await countLeft(each, type);
    if (newJobs.length > 0 || left > 0) made.push({ tenant: each, newJobs, left });
  }
  return { json: { tenants: made }, text: describe(made, type) };
}

/** One call does what it can in its time, and says where it goes on. */
async function redriveTenant(stack: Stack, tenant: string, type: string): Promise<string[]> {
  const made: string[] = [];
  let page: string | undefined;
  do {
    const body = { type, ...(page !== undefined && { page }) };
    const answer = await callOperation(stack, 'redriveDeadLetters', { tenant, body });
    const { jobs, next } = bodyOf(answer, `redrive ${type} of ${tenant}`) as { jobs: string[]; next?: string };
    made.push(...jobs);
    page = next;
  } while (page !== undefined);
  return made;
}

async function countLeft(tenant: string, type: string): Promise<number> {
  let count = 0;
  let page: string | undefined;
  do {
    const found = await listDeadLetters(tenant, { limit: 100, type, ...(page && { page }) });
    count += found.records.length;
    page = found.next;
  } while (page !== undefined);
  return count;
}

function describe(made: { tenant: string; newJobs: string[]; left: number }[], type: string): string {
  if (made.length === 0) return `There are no dead letters of ${type}.`;
  return made
    .map(({ tenant, newJobs, left }) => {
      const stay =
        left === 0
          ? ''
          : `; ${left} stay: they died since, or the type takes their input no more, or their upload is gone (dead-letters shows them)`;
      return `${tenant}: ${counted(newJobs.length, 'new job')}${stay}`;
    })
    .join('\n');
}
