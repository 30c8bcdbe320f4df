import { ApiError, problemDocument } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { BatchResult, Json } from '../../protocol/types.ts';
import { sendJobs } from '../aws/job-queue.ts';
import { takeJobs } from '../aws/rate-limit.ts';
import { derivedKey, readIdempotencyKey } from '../core/idempotency-key.ts';
import { inParallel } from '../core/in-parallel.ts';
import { presentJob } from '../core/job-view.ts';
import { kindOf, readFields, refuseFaults } from '../core/read-fields.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { log } from '../edge/log.ts';
import { measure } from '../edge/metrics.ts';
import { apiErrorOf } from '../edge/respond.ts';
import { env } from '../env.ts';
import { type StoredJob, storeJob } from './accept-job.ts';
import { checkSubmission } from './check-submission.ts';
import { draftJob, type JobDraft } from './draft-job.ts';
import { submissionOf } from './submit-one.ts';
import { rateLimited } from './take-rate.ts';

/** Entries that are written at the same time. */
const parallelPuts = 25;

/** One entry on its way: what has become of it so far. */
interface Entry {
  draft?: JobDraft;
  stored?: StoredJob;
  error?: ApiError;
}

/** `POST /v1/jobs/batch`: up to 100 jobs, each accepted or refused alone. */
export async function submitBatch({
  principal,
  headers,
  traceparent,
  json,
  requestId,
}: HttpRequest): Promise<HttpResponse> {
  const nowMs = Date.now();
  const bodies = readBatch(json({ maxBytes: limits.maxBatchBytes }));
  const key = readIdempotencyKey(headers['idempotency-key']);
  const entries = bodies.map((): Entry => ({}));
  const attempt = async (entry: Entry, step: () => Promise<void>) => {
    await step().catch((thrown: unknown) => refuse(entry, thrown));
  };
  await inParallel([...bodies.entries()], parallelPuts, ([index, body]) => {
    const entry = entries[index] ?? {};
    return attempt(entry, async () => {
      entry.draft = await readEntry(body, { principal, headers: withoutKey(headers), traceparent, index, key, nowMs });
    });
  });
  const good = entries.filter(({ error }) => !error);
  const rate = takeJobs(principal, good.length, nowMs);
  for (const entry of good.slice(rate.granted)) entry.error = rateLimited(rate);
  const store = (entry: Entry) =>
    attempt(entry, async () => {
      if (entry.draft) entry.stored = await storeJob(entry.draft);
    });
  const [first, repeats] = splitRepeats(good.slice(0, rate.granted));
  await Promise.all([inParallel(first, parallelPuts, store), rate.counted]);
  for (const entry of repeats) await store(entry);
  await send(entries);
  measure('AcceptMs', {}, Date.now() - nowMs);
  const results = entries.map((entry) => resultOf(entry, requestId));
  const again = good.length > rate.granted && { 'retry-after': String(rate.retryAfterSeconds) };
  return { status: 207, headers: { ...rate.headers, ...again }, body: { results } satisfies BatchResult };
}

function readBatch(body: Json): Json[] {
  const { faults, fault, field, refuseUnknown } = readFields(body);
  const { maxBatchEntries } = limits;
  const jobs = field('jobs');
  const found = Array.isArray(jobs) ? `has ${jobs.length}` : `is ${kindOf(jobs)}`;
  if (!Array.isArray(jobs) || jobs.length === 0 || jobs.length > maxBatchEntries) {
    fault('jobs', `Must be an array of 1 to ${maxBatchEntries} jobs, ${found}`);
  }
  refuseUnknown();
  refuseFaults(faults, 'the batch');
  return Array.isArray(jobs) ? jobs : [];
}

/** The header's key stands for the whole batch: an entry without one of its own gets it with its place. */
const withoutKey = ({ 'idempotency-key': _key, ...headers }: Record<string, string>) => headers;

interface EntryContext extends Pick<HttpRequest, 'principal' | 'headers' | 'traceparent'> {
  index: number;
  /** The batch's. */
  key: string | undefined;
  nowMs: number;
}

async function readEntry(body: Json, { index, key, nowMs, ...submitter }: EntryContext): Promise<JobDraft> {
  const pointer = `/jobs/${index}`;
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > limits.maxBodyBytes) {
    const detail = `Cannot accept the job at ${pointer}: it has ${bytes} bytes, it must have at most ${limits.maxBodyBytes}`;
    throw new ApiError('payload-too-large', detail);
  }
  const submission = submissionOf(body, { ...submitter, pointer, maxListedErrors: limits.maxListedErrorsOfEntry });
  await checkSubmission(submission, pointer);
  const derived = key === undefined ? undefined : derivedKey('batch', key, index);
  return draftJob({ ...submission, idempotencyKey: submission.idempotencyKey ?? derived }, nowMs);
}

/** Entries with the same idempotency key go one after another, so that the first one is the one that counts. */
function splitRepeats(entries: Entry[]): [Entry[], Entry[]] {
  const seen = new Set<string>();
  const isFirst = ({ draft }: Entry) => {
    const id = draft?.record.id ?? '';
    return !seen.has(id) && seen.add(id);
  };
  const { first = [], repeats = [] } = Object.groupBy(entries, (entry) => (isFirst(entry) ? 'first' : 'repeats'));
  return [first, repeats];
}

/** Sends what has been stored, by type and by tens. */
async function send(entries: Entry[]): Promise<void> {
  const due = entries.flatMap(({ stored }) => (stored?.unsent ? [stored.record] : []));
  const unsent = await sendJobs([...new Map(due.map((record) => [record.id, record])).values()]);
  const [error] = unsent.values();
  if (unsent.size > 0) log.error('Cannot send the messages of a batch', { jobs: unsent.size, error });
  for (const entry of entries) {
    if (!entry.stored?.unsent || !unsent.has(entry.stored.record.id)) continue;
    entry.error = new ApiError('unavailable', 'Cannot accept the job: its queue did not take it');
  }
}

function refuse(entry: Entry, thrown: unknown): void {
  entry.error = apiErrorOf(thrown);
  if (entry.error.status >= 500) log.error('batch entry failed', { error: thrown });
}

function resultOf({ stored, error }: Entry, requestId: string): BatchResult['results'][number] {
  const restUrl = env('REST_URL');
  if (stored && !error) return { status: 202, job: presentJob(stored.record, { restUrl }) };
  const refusal = error ?? new ApiError('internal-error', 'Cannot accept the job');
  return { status: refusal.status, problem: problemDocument(refusal, { restUrl, requestId }) };
}
