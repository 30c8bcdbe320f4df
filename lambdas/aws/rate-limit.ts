import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { limits } from '../../protocol/limits.ts';
import { left, type RateWindow, takeFromWindow } from '../core/rate-window.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { rateKey } from './keys.ts';

interface Submitter {
  tenant: string;
  /** The key's own limit, where it has one. */
  jobsPerWindow?: number;
}

/** What a tenant gets of what it asked for. */
export interface RateTaken {
  /** How many of the jobs may be submitted. */
  granted: number;
  /** `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers). */
  headers: Record<string, string>;
  /** Until the next window. */
  retryAfterSeconds: number;
  /** Ends once the shared counter has been told, where that was due; never rejects. */
  counted: Promise<void>;
}

const windowSeconds = limits.rateWindowSeconds;
const windows = new Map<string, RateWindow>();
let newestStart = 0;

/**
 * Takes `wanted` jobs out of the tenant's window. It decides from memory; what it has to tell the shared counter goes
 * out beside the caller's own writes, and what comes back holds from the next request on.
 */
export function takeJobs({ tenant, jobsPerWindow }: Submitter, wanted: number, nowMs: number): RateTaken {
  const limit = jobsPerWindow ?? Number(env('JOBS_PER_WINDOW'));
  const startSeconds = Math.floor(nowMs / 1000 / windowSeconds) * windowSeconds;
  if (startSeconds !== newestStart) windows.clear();
  newestStart = startSeconds;
  const known = windows.get(tenant) ?? { startSeconds, counted: 0, uncounted: 0 };
  const { window, granted, draw } = takeFromWindow(known, { wanted, limit });
  windows.set(tenant, window);
  const retryAfterSeconds = Math.max(1, startSeconds + windowSeconds - Math.floor(nowMs / 1000));
  return {
    granted,
    retryAfterSeconds,
    headers: {
      'ratelimit-policy': `"jobs";q=${limit};w=${windowSeconds}`,
      ratelimit: `"jobs";r=${left(window, limit)};t=${retryAfterSeconds}`,
    },
    counted: draw > 0 ? count(tenant, window, draw) : Promise.resolve(),
  };
}

/** Adds to the shared counter, and learns what the other environments have added. */
async function count(tenant: string, { startSeconds }: RateWindow, draw: number): Promise<void> {
  const { pk, sk } = rateKey(tenant, startSeconds);
  const command = new UpdateItemCommand({
    TableName: env('TABLE_NAME'),
    Key: { pk: { S: pk }, sk: { S: sk } },
    UpdateExpression: 'ADD jobs :jobs SET #ttl = :ttl',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':jobs': { N: String(draw) },
      ':ttl': { N: String(startSeconds + 10 * windowSeconds) },
    },
    ReturnValues: 'UPDATED_NEW',
  });
  // A counter that cannot be reached must not keep jobs out: each environment then counts on its own.
  const answer = await dynamo()
    .send(command)
    .catch(() => undefined);
  const window = windows.get(tenant);
  if (window?.startSeconds !== startSeconds) return;
  const counted = Math.max(window.counted, Number(answer?.Attributes?.jobs?.N ?? 0));
  windows.set(tenant, { ...window, counted });
}
