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

export type BilledStep = keyof typeof prices;

/** What others charge for a million jobs of five steps, in dollars. */
export const peers: { name: string; dollars: string }[] = [
  { name: 'AWS Step Functions Standard, 5 transitions', dollars: '$125' },
  { name: 'Inngest', dollars: 'about $125' },
  { name: 'Trigger.dev', dollars: '$25 and computing time' },
  { name: 'Svix, webhooks alone', dollars: '$100' },
  { name: 'Hookdeck, webhooks alone', dollars: '$10' },
];

/** What a million jobs cost at so many steps a job, in dollars. */
export function dollarsPerMillion(steps: Partial<Record<BilledStep, number>>): number {
  const costs = Object.entries(steps).map(([step, times]) => prices[step as BilledStep] * times);
  return costs.reduce((sum, cost) => sum + cost, 0) * 1e6;
}
