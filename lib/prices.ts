/** What one unit of each billed step costs, in dollars (us-east-1, November 2026; AWS's pricing pages). */
export const prices = {
  'REST request': 3.5e-6,
  'WebSocket message': 1e-6,
  'connection minute': 0.25e-6,
  'function call': 0.2e-6,
  'write unit': 0.625e-6,
  'read unit': 0.125e-6,
  'queue request': 0.4e-6,
  /** Fair queues: for each request that carries a message group. */
  'fair queue request': 0.1e-6,
  /** arm64. */
  'GB-second': 0.0000133334,
} as const;
