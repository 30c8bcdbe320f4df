/** What API Gateway and Lambda bound ("Amazon API Gateway quotas", "Lambda quotas"). */
export const restLimits = {
  maxBodyBytes: 10 * 1024 * 1024,
  /** The event that a function is called with, as JSON. */
  maxEventBytes: 6 * 1024 * 1024,
  /** What a function answers, as JSON. */
  maxPayloadBytes: 6_291_556,
  authorizerTimeoutMs: 29_000,
  /** How long a streamed response may be silent, on a Regional endpoint. */
  streamIdleTimeoutMs: 300_000,
};

export type RestLimits = typeof restLimits;
