import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, SearchExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { isDone, jobStatuses } from '../protocol/lifecycle.ts';
import { type MetricName, metricsNamespace } from '../protocol/metrics.ts';
import type { JobType } from '../protocol/types.ts';
import { functionNames, workerName } from './functions.ts';
import { queueName } from './job-queue.ts';
import { indexKeys } from './job-table.ts';

/** What there is to be watched, by the names that CloudWatch knows it by. */
export interface Watched {
  /** The stack's name, which queues, functions and both APIs have theirs from. */
  service: string;
  types: readonly JobType[];
  tableName: string;
  liveApiId: string;
}

/** CloudWatch keeps these by the minute; alarms and graphs take five minutes at a time, or a quiet service would flicker. */
export const period = Duration.minutes(5);

/** As `lib/rest-api.ts` and `lib/live-api.ts` name their stages. */
const restStage = 'v1';
const liveStage = 'live';

interface Shown {
  statistic?: string;
  label?: string;
}

type QueueMetricName =
  | 'ApproximateAgeOfOldestMessage'
  | 'ApproximateNumberOfMessagesVisible'
  | 'ApproximateNumberOfMessagesNotVisible'
  | 'NumberOfMessagesSent'
  | 'NumberOfMessagesReceived'
  | 'NumberOfMessagesDeleted'
  | 'NumberOfEmptyReceives';
type FunctionMetricName = 'Errors' | 'Throttles' | 'Invocations' | 'Duration';
type RestMetricName = 'Count' | '4XXError' | '5XXError' | 'Latency';
type LiveMetricName = 'ConnectCount' | 'MessageCount' | 'IntegrationError' | 'ExecutionError' | 'ClientError';
type TableMetricName =
  | 'ReadThrottleEvents'
  | 'WriteThrottleEvents'
  | 'ConsumedReadCapacityUnits'
  | 'ConsumedWriteCapacityUnits';

/** A metric of the queue of that name ("Available CloudWatch metrics for Amazon SQS"). */
export function queueMetric(QueueName: string, metricName: QueueMetricName, shown: Shown = {}): Metric {
  return metric('AWS/SQS', metricName, { QueueName }, shown);
}

/** A metric of the function of that name after the stack's ("Types of metrics for Lambda functions"). */
export function functionMetric(
  { service }: Watched,
  name: string,
  metricName: FunctionMetricName,
  shown: Shown = {},
): Metric {
  return metric('AWS/Lambda', metricName, { FunctionName: `${service}-${name}` }, shown);
}

/** A metric of the REST API, all methods together ("Amazon API Gateway dimensions and metrics"). */
export function restMetric({ service }: Watched, metricName: RestMetricName, shown: Shown = {}): Metric {
  return metric('AWS/ApiGateway', metricName, { ApiName: service, Stage: restStage }, shown);
}

/** A metric of `POST /v1/jobs` alone: the one method that `lib/rest-api.ts` has such metrics made of. */
export function acceptMetric({ service }: Watched, metricName: RestMetricName, shown: Shown = {}): Metric {
  const dimensions = { ApiName: service, Stage: restStage, Resource: '/jobs', Method: 'POST' };
  return metric('AWS/ApiGateway', metricName, dimensions, shown);
}

/** A metric of the WebSocket API ("Monitor WebSocket API execution with CloudWatch metrics"). */
export function liveMetric({ liveApiId }: Watched, metricName: LiveMetricName, shown: Shown = {}): Metric {
  return metric('AWS/ApiGateway', metricName, { ApiId: liveApiId, Stage: liveStage }, shown);
}

/** A metric of the table and of each of its indexes, by a name for each ("DynamoDB metrics and dimensions"). */
export function tableMetrics({ tableName }: Watched, metricName: TableMetricName): Metric[] {
  const indexes = Object.keys(indexKeys);
  const dimensions = indexes.map((GlobalSecondaryIndexName) => ({ TableName: tableName, GlobalSecondaryIndexName }));
  return [{ TableName: tableName }, ...dimensions].map((each) => metric('AWS/DynamoDB', metricName, each));
}

/** A metric that the functions write themselves, of the whole service: one of those with no other dimension. */
export function serviceMetric({ service }: Watched, metricName: MetricName, shown: Shown = {}): Metric {
  return metric(metricsNamespace, metricName, { Service: service }, shown);
}

/** A metric that the functions write themselves, of one job type. */
export function typeMetric({ service }: Watched, { name }: JobType, metricName: MetricName, shown: Shown = {}): Metric {
  return metric(metricsNamespace, metricName, { Service: service, Type: name }, shown);
}

function metric(
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  { statistic = 'Sum', label }: Shown = {},
): Metric {
  return new Metric({ namespace, metricName, dimensionsMap, statistic, period, ...(label && { label }) });
}

/** All of them together. */
export function sumOf(metrics: readonly Metric[], label: string): MathExpression {
  // A graph may show several sums, and each id is one metric there.
  const usingMetrics = named(`of_${label.toLowerCase().replaceAll(/\W+/g, '_')}_`, metrics);
  return new MathExpression({ expression: total(usingMetrics), usingMetrics, label, period });
}

interface Share {
  /** What `part` is a part of, together. */
  whole: readonly Metric[];
  /** Of fewer than that nothing can be said: then it is 0. */
  atLeast: number;
  label: string;
}

/** How much of the whole is `part`, in percent. */
export function percentOf(part: Metric, { whole, atLeast, label }: Share): MathExpression {
  const rest = named(
    'w',
    whole.filter((each) => each !== part),
  );
  const usingMetrics = { part, ...rest };
  // A metric that an alarm names twice is on its bill twice.
  const wholes = total(whole.includes(part) ? usingMetrics : rest);
  const expression = `IF(${wholes} >= ${atLeast}, 100 * FILL(part, 0) / ${wholes}, 0)`;
  return new MathExpression({ expression, usingMetrics, label, period });
}

/**
 * Messages that have reached a dead-letter queue: those that are there, and those that its function has taken from there,
 * for it takes them at once and would leave the queue looking empty.
 */
export function deadMessages(
  deadLetters: string,
  { and = [], label = 'Dead' }: { and?: readonly Metric[]; label?: string } = {},
): MathExpression {
  const visible = queueMetric(deadLetters, 'ApproximateNumberOfMessagesVisible', { statistic: Stats.MAXIMUM });
  return sumOf([visible, queueMetric(deadLetters, 'NumberOfMessagesReceived'), ...and], label);
}

function named(prefix: string, metrics: readonly Metric[]): Record<string, Metric> {
  return Object.fromEntries(metrics.map((each, index) => [`${prefix}${index}`, each]));
}

/** What had nothing to tell has no figure, and a sum with a part that is missing would be missing. */
function total(metrics: Record<string, Metric>): string {
  return `SUM([${Object.keys(metrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(', ')}])`;
}

/** A metric that the functions write themselves, of every job type that has any: a graph then needs no type by its name. */
export function typesSearch(
  { service }: Watched,
  metricName: MetricName,
  { statistic, suffix = '' }: { statistic: 'Sum' | 'p50' | 'p99'; suffix?: string },
): SearchExpression {
  const expression = search(
    `{${metricsNamespace},Service,Type} Service="${service}" MetricName="${metricName}"`,
    statistic,
  );
  return new SearchExpression({ expression, label: `\${PROP('Dim.Type')}${suffix}`, period });
}

/** Jobs that came to their end, by which one: all types together. */
export function statusesTotal({ service }: Watched): MathExpression[] {
  return jobStatuses.filter(isDone).map((status) => {
    const schema = `{${metricsNamespace},Service,Type,Status}`;
    const found = search(`${schema} Service="${service}" Status="${status}" MetricName="JobsFinished"`, 'Sum');
    return new MathExpression({ expression: `SUM(${found})`, usingMetrics: {}, label: status, period });
  });
}

const search = (what: string, statistic: string) => `SEARCH('${what}', '${statistic}', ${period.toSeconds()})`;

/** The functions of a stack with these types, by their names after the stack's. */
export function functionsOf({ types }: Watched): string[] {
  return [...functionNames, ...types.map(({ name }) => workerName(name))];
}

/** The names of a type's queue and dead-letter queue. */
export function queuesOf({ service }: Watched, type: JobType): { queue: string; deadLetters: string } {
  return { queue: queueName(service, type), deadLetters: queueName(service, type, true) };
}
