import { prices } from '../lib/prices.ts';

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
