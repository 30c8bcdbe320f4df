import type { Context } from 'aws-lambda';
import { withLogFields } from './log.ts';
import { flushMetrics } from './metrics.ts';

/** A Lambda handler that a schedule calls. What it throws is the platform's to report: the next call does it again. */
export function schedule(story: () => Promise<void>) {
  return async (_event?: unknown, context?: Pick<Context, 'awsRequestId'>): Promise<void> => {
    try {
      await withLogFields({ requestId: context?.awsRequestId }, story);
    } finally {
      flushMetrics();
    }
  };
}
