import { Duration } from 'aws-cdk-lib';
import {
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  type Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { deliveryQueueNames } from './delivery-queue.ts';
import { functionSettings } from './function-settings.ts';
import { functionNames, workerName } from './functions.ts';
import { prices } from './prices.ts';
import {
  functionMetric,
  liveMetric,
  queueMetric,
  queuesOf,
  restMetric,
  tableMetrics,
  type Watched,
} from './watched-metrics.ts';

const perHour = Duration.hours(1);

/** What is billed by use, hour by hour. An estimate: it knows no free tier, no discount and no other region's prices. */
export function costWidgets(watched: Watched): IWidget[] {
  const parts: IMetric[] = [
    dollars('REST requests', { rest: { of: [restMetric(watched, 'Count')], each: prices['REST request'] } }),
    dollars('WebSocket messages', {
      live: { of: [liveMetric(watched, 'MessageCount')], each: prices['WebSocket message'] },
    }),
    dollars('functions', functionCosts(watched)),
    dollars('table', {
      writes: { of: tableMetrics(watched, 'ConsumedWriteCapacityUnits'), each: prices['write unit'] },
      reads: { of: tableMetrics(watched, 'ConsumedReadCapacityUnits'), each: prices['read unit'] },
    }),
    dollars('queues, at most', { queues: { of: queueCalls(watched), each: prices['queue request'] } }),
  ];
  return [
    new GraphWidget({
      title: 'Dollars an hour, by use',
      left: parts,
      stacked: true,
      width: 16,
      height: 6,
      period: perHour,
      leftYAxis: { min: 0, showUnits: false },
    }),
    new TextWidget({ markdown: hints, width: 8, height: 6 }),
  ];
}

const hints = [
  'Prices of US East (N. Virginia), without free tier and discounts. Not in the graph: minutes of open connections, logs, metrics,',
  'alarms, storage, traffic, KMS.',
  '',
  'Where the graph rises and accepted jobs do not: clients that poll faster than `Retry-After` says (REST requests),',
  'runs that fail and come again (functions), a batch size of 1 with many short jobs (queues).',
].join('\n');

/** What is billed alike, by a name of its own in the graph. */
type Billed = Record<string, { of: Metric[] /** Dollars for each. */; each: number }>;

/** A batch of ten messages is one request, which CloudWatch does not tell: so queues cost at most that. */
function queueCalls(watched: Watched): Metric[] {
  const queues = [deliveryQueueNames(watched.service), ...watched.types.map((type) => queuesOf(watched, type))];
  return queues.flatMap(({ queue, deadLetters }) => [
    queueMetric(queue, 'NumberOfMessagesSent'),
    queueMetric(queue, 'NumberOfMessagesReceived'),
    queueMetric(queue, 'NumberOfMessagesDeleted'),
    queueMetric(queue, 'NumberOfEmptyReceives'),
    queueMetric(deadLetters, 'NumberOfEmptyReceives'),
  ]);
}

function functionCosts(watched: Watched): Billed {
  const sizes: [string, number][] = [
    ...functionNames.map((name): [string, number] => [name, functionSettings[name].memoryMb]),
    ...watched.types.map(({ name, limits }): [string, number] => [workerName(name), limits.memoryMb]),
  ];
  const bySize = Map.groupBy(sizes, ([, memoryMb]) => memoryMb);
  const times = [...bySize].map(([memoryMb, functions]) => {
    const of = functions.map(([name]) => functionMetric(watched, name, 'Duration'));
    return [`mb${memoryMb}`, { of, each: (prices['GB-second'] * memoryMb) / 1024 / 1000 }];
  });
  const of = sizes.map(([name]) => functionMetric(watched, name, 'Invocations'));
  return { calls: { of, each: prices['function call'] }, ...Object.fromEntries(times) };
}

/** Metrics are named by what their ids begin with: one by one they would be more than an expression takes (2,048 characters). */
function dollars(label: string, billed: Billed): MathExpression {
  const usingMetrics = Object.entries(billed).flatMap(([name, { of }]) =>
    of.map((metric, index) => [`${name}_${index}`, metric] as const),
  );
  const expression = Object.entries(billed)
    .map(([name, { each }]) => `SUM(FILL(METRICS("${name}_"), 0)) * ${(each * 1e6).toFixed(7)} / 1000000`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics: Object.fromEntries(usingMetrics), label, period: perHour });
}
