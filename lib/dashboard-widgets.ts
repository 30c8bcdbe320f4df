import { GraphWidget, type GraphWidgetProps, type IMetric, type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { deliveryQueueNames } from './delivery-queue.ts';
import { refusingFunctions } from './functions.ts';
import {
  acceptMetric,
  deadMessages,
  functionMetric,
  functionsOf,
  liveMetric,
  percentOf,
  queueMetric,
  queuesOf,
  restMetric,
  serviceMetric,
  statusesTotal,
  sumOf,
  tableMetrics,
  typesSearch,
  type Watched,
} from './watched-metrics.ts';

const p50 = Stats.percentile(50);
const p99 = Stats.percentile(99);

/** A graph of a third of the row. */
function graph(title: string, left: IMetric[], more: Partial<GraphWidgetProps> = {}): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0, showUnits: false }, ...more });
}

export function jobWidgets(watched: Watched): IWidget[] {
  return [
    graph('Accepted, by type', [typesSearch(watched, 'JobsAccepted', { statistic: 'Sum' })], { stacked: true }),
    graph('Finished, by how they ended', statusesTotal(watched)),
    graph('Runs that failed, by type', [typesSearch(watched, 'RunsFailed', { statistic: 'Sum' })], { stacked: true }),
  ];
}

export function timeWidgets(watched: Watched): IWidget[] {
  const percentiles = (name: 'QueueWaitMs' | 'RunTimeMs') => [
    typesSearch(watched, name, { statistic: 'p50', suffix: ' p50' }),
    typesSearch(watched, name, { statistic: 'p99', suffix: ' p99' }),
  ];
  return [
    graph('Wait for a run, ms', percentiles('QueueWaitMs')),
    graph('Run, ms', percentiles('RunTimeMs')),
    graph('Accept a submit, ms', [
      serviceMetric(watched, 'AcceptMs', { statistic: p50, label: 'in the function p50' }),
      serviceMetric(watched, 'AcceptMs', { statistic: p99, label: 'in the function p99' }),
      // Of POST /v1/jobs as the gateway sees it: what clients ask to wait for is in it.
      acceptMetric(watched, 'Latency', { statistic: p50, label: 'at the gateway p50' }),
      acceptMetric(watched, 'Latency', { statistic: p99, label: 'at the gateway p99' }),
    ]),
  ];
}

export function queueWidgets(watched: Watched): IWidget[] {
  const queues = watched.types.map((type) => ({ ...queuesOf(watched, type), label: type.name }));
  const deliveries = { ...deliveryQueueNames(watched.service), label: 'webhook deliveries' };
  const all = [...queues, deliveries];
  const largest = (name: 'ApproximateAgeOfOldestMessage' | 'ApproximateNumberOfMessagesVisible') =>
    all.map(({ queue, label }) => queueMetric(queue, name, { statistic: Stats.MAXIMUM, label }));
  return [
    graph('Oldest message, s', largest('ApproximateAgeOfOldestMessage')),
    graph('Messages that wait', largest('ApproximateNumberOfMessagesVisible')),
    graph('Dead messages, and jobs that died', [
      ...all.map(({ deadLetters, label }) => deadMessages(deadLetters, { label: `${label}: messages` })),
      typesSearch(watched, 'JobsDied', { statistic: 'Sum', suffix: ': jobs' }),
    ]),
  ];
}

export function webhookWidgets(watched: Watched): IWidget[] {
  const succeeded = serviceMetric(watched, 'DeliveriesSucceeded', { label: 'succeeded' });
  const failed = serviceMetric(watched, 'DeliveriesFailed', { label: 'failed' });
  const whole = [succeeded, failed];
  return [
    graph('Attempts to deliver', whole, { stacked: true }),
    graph('Attempts that fail, %', [percentOf(failed, { whole, atLeast: 1, label: 'failed, %' })], {
      leftYAxis: { min: 0, max: 100, showUnits: false },
    }),
    graph('Pushes to open connections that failed', [serviceMetric(watched, 'PushesFailed', { label: 'failed' })]),
  ];
}

export function apiWidgets(watched: Watched): IWidget[] {
  return [
    graph('Requests to the REST API', [
      restMetric(watched, 'Count', { label: 'all' }),
      restMetric(watched, '4XXError', { label: '4xx' }),
      restMetric(watched, '5XXError', { label: '5xx' }),
    ]),
    graph('REST API, all methods, ms', [
      restMetric(watched, 'Latency', { statistic: p50, label: 'p50' }),
      restMetric(watched, 'Latency', { statistic: p99, label: 'p99, long polls and streams included' }),
    ]),
    graph('WebSocket API', [
      liveMetric(watched, 'ConnectCount', { label: 'connects' }),
      liveMetric(watched, 'MessageCount', { label: 'messages, either way' }),
      liveMetric(watched, 'ClientError', { label: '4xx' }),
      sumOf([liveMetric(watched, 'IntegrationError'), liveMetric(watched, 'ExecutionError')], '5xx'),
    ]),
  ];
}

export function platformWidgets(watched: Watched): IWidget[] {
  const names = functionsOf(watched);
  const label = (name: string) => (refusingFunctions.has(name) ? `${name}, what it refuses included` : name);
  const errors = names.map((name) => functionMetric(watched, name, 'Errors', { label: label(name) }));
  const throttles = names.map((name) => functionMetric(watched, name, 'Throttles', { label: name }));
  return [
    graph('Function errors', errors, { stacked: true }),
    graph('Function throttles', throttles, { stacked: true }),
    graph('Table: requests turned away', [
      sumOf(tableMetrics(watched, 'ReadThrottleEvents'), 'reads'),
      sumOf(tableMetrics(watched, 'WriteThrottleEvents'), 'writes'),
    ]),
  ];
}
