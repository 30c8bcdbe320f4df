/** The functions that every stack has, beside one worker for each job type. Each is `lambdas/<name>.ts`. */
export const functionNames = [
  'authorize',
  'issue-token',
  'create-upload',
  'submit-job',
  'read-job',
  'cancel-job',
  'stream-job',
  'dead-letters',
  'describe-service',
  'bury-job',
  'live',
  'tend-connections',
  'manage-webhooks',
  'deliver-webhook',
  'bury-delivery',
  'release-deliveries',
  'end-overdue-jobs',
  'graphql',
  'stream-graphql',
] as const;

export type FunctionName = (typeof functionNames)[number];

/** The functions that answer while they still work. */
export const streamingFunctions: ReadonlySet<string> = new Set<FunctionName>(['stream-job', 'stream-graphql']);

/** The functions that refuse by throwing, as the gateway wants it: Lambda counts each refusal among its errors. */
export const refusingFunctions: ReadonlySet<string> = new Set<FunctionName>(['authorize']);

/** The name of a job type's worker function. */
export function workerName(type: string): string {
  return `run-${type}`;
}
