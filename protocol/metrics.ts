/** Where CloudWatch keeps the service's own metrics. */
export const metricsNamespace = 'Jobwire';

/**
 * What a metric is told apart by. All are bounded: `Service` is the stack's name, `Type` a job type of the manifest,
 * `Status` one of the four ends of a job. Each combination that occurs is a metric of its own on the bill.
 */
export type MetricDimension = 'Service' | 'Type' | 'Status';

interface Metric {
  /** CloudWatch's own word ("MetricDatum"). */
  unit: 'Count' | 'Milliseconds';
  dimensions: readonly MetricDimension[];
  /** What one of it stands for. */
  description: string;
}

const ofService = ['Service'] as const;
const ofType = ['Service', 'Type'] as const;

/** Every metric that the functions write: the one list for the writer, the alarms and the dashboard. */
export const metrics = {
  JobsAccepted: {
    unit: 'Count',
    dimensions: ofType,
    description: 'Jobs that were made; the repeat of a submit makes none',
  },
  AcceptMs: {
    unit: 'Milliseconds',
    dimensions: ofService,
    description: 'From a submit, or a whole batch, to all of its jobs queued; waiting for their ends is not in it',
  },
  JobsFinished: {
    unit: 'Count',
    dimensions: ['Service', 'Type', 'Status'],
    description: 'Jobs that came to an end, by which one',
  },
  QueueWaitMs: {
    unit: 'Milliseconds',
    dimensions: ofType,
    description: 'From when a run was due (its submit, its delay or its backoff) to its start',
  },
  RunTimeMs: { unit: 'Milliseconds', dimensions: ofType, description: 'From the start of a run to its recorded end' },
  RunsFailed: { unit: 'Count', dimensions: ofType, description: 'Runs that did not succeed, cancels excepted' },
  JobsDied: { unit: 'Count', dimensions: ofType, description: 'Jobs that became dead letters' },
  DeliveriesSucceeded: {
    unit: 'Count',
    dimensions: ofService,
    description: 'Attempts of webhooks that were answered well',
  },
  DeliveriesFailed: { unit: 'Count', dimensions: ofService, description: 'Attempts of webhooks that were not' },
  PushesFailed: {
    unit: 'Count',
    dimensions: ofService,
    description: 'Posts to WebSocket connections that failed though the connection was open',
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
