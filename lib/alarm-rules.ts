import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmRule } from './alarm-rule.ts';
import { deliveryQueueNames } from './delivery-queue.ts';
import { type FunctionName, refusingFunctions } from './functions.ts';
import { alarmRulesOfType } from './type-alarm-rules.ts';
import {
  deadMessages,
  functionMetric,
  functionsOf,
  liveMetric,
  percentOf,
  queueMetric,
  restMetric,
  serviceMetric,
  sumOf,
  tableMetrics,
  type Watched,
} from './watched-metrics.ts';

/** As many metrics as one alarm may be made of ("CloudWatch service quotas"). */
const metricsOfAlarm = 10;

/** Every alarm of a stack. Thresholds are figures that a healthy service stays below, busy or idle, so that few need tuning. */
export function alarmRules(watched: Watched): AlarmRule[] {
  return [
    ...watched.types.flatMap((type) => alarmRulesOfType(watched, type)),
    ...deliveryRules(watched),
    ...errorRules(watched),
    throttleRule(watched),
    ...apiRules(watched),
    ...platformRules(watched),
  ];
}

function deliveryRules(watched: Watched): AlarmRule[] {
  const { queue, deadLetters } = deliveryQueueNames(watched.service);
  const failed = serviceMetric(watched, 'DeliveriesFailed');
  const succeeded = serviceMetric(watched, 'DeliveriesSucceeded');
  return [
    {
      name: 'dead-deliveries',
      heading: 'dead-deliveries',
      says: 'Webhook deliveries could not be processed and have reached their dead-letter queue.',
      metric: deadMessages(deadLetters),
      threshold: 1,
    },
    {
      name: 'oldest-delivery',
      heading: 'oldest-delivery',
      // A retry may stand in the queue for 15 minutes by design.
      says: 'A webhook delivery has been waiting in its queue for over 30 minutes.',
      metric: queueMetric(queue, 'ApproximateAgeOfOldestMessage', { statistic: Stats.MAXIMUM }),
      threshold: 1_800,
    },
    {
      name: 'failing-deliveries',
      heading: 'failing-deliveries',
      says: 'More than half of all attempts to deliver webhooks have failed for 15 minutes.',
      metric: percentOf(failed, { whole: [failed, succeeded], atLeast: 20, label: 'Failed attempts, %' }),
      threshold: 50,
      periods: 3,
    },
  ];
}

/** Ten functions share an alarm: one for each would treble the number of alarms, and the dashboard tells which it is. */
function errorRules(watched: Watched): AlarmRule[] {
  // Whoever sends wrong credentials would ring otherwise. An authorizer that crashes is a 5xx of its API.
  const names = functionsOf(watched).filter((name) => !refusingFunctions.has(name));
  return chunk(names, metricsOfAlarm).map((group, index) => ({
    name: `failing-functions-${index + 1}`,
    heading: 'failing-functions',
    says: `Functions crash, run out of time or memory, or cannot start; one of ${group.join(', ')}.`,
    metric: sumOf(
      group.map((name) => functionMetric(watched, name, 'Errors')),
      'Errors',
    ),
    // What runs once a minute and fails each time has four at least.
    threshold: 3,
  }));
}

/**
 * Where calls that are turned away are counted. The account's limit turns away whoever calls, so it is seen where calls
 * are many, and by what is called each minute even while nobody asks; the streams alone have a limit of their own.
 */
const watchedForThrottles: readonly FunctionName[] = [
  'authorize',
  'submit-job',
  'read-job',
  'live',
  'deliver-webhook',
  'stream-job',
  'stream-graphql',
  'tend-connections',
  'release-deliveries',
  'end-overdue-jobs',
];

function throttleRule(watched: Watched): AlarmRule {
  return {
    name: 'throttled-functions',
    heading: 'throttled-functions',
    says: `Calls find no free environment and are turned away; of one of ${watchedForThrottles.join(', ')}.`,
    metric: sumOf(
      watchedForThrottles.map((name) => functionMetric(watched, name, 'Throttles')),
      'Throttles',
    ),
    // What is called each minute makes fifteen where the account has nothing left.
    threshold: 10,
  };
}

function apiRules(watched: Watched): AlarmRule[] {
  return [
    {
      name: 'failing-requests',
      heading: 'failing-requests',
      says: 'More than 1 % of the requests to the REST API are answered with a 5xx.',
      metric: percentOf(restMetric(watched, '5XXError'), {
        whole: [restMetric(watched, 'Count')],
        // One fault among a few requests at night is no alarm.
        atLeast: 50,
        label: '5xx, %',
      }),
      threshold: 1,
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 2,
    },
    {
      name: 'slow-accepts',
      heading: 'slow-accepts',
      says: 'One in a hundred submits takes over 2 seconds until its job is queued.',
      metric: serviceMetric(watched, 'AcceptMs', { statistic: Stats.percentile(99) }),
      threshold: 2_000,
      periods: 3,
    },
    {
      name: 'failing-websockets',
      heading: 'failing-websockets',
      says: 'The WebSocket API cannot hand connects, messages or ends to its function.',
      metric: sumOf([liveMetric(watched, 'IntegrationError'), liveMetric(watched, 'ExecutionError')], 'Errors'),
      threshold: 10,
    },
    {
      name: 'failing-pushes',
      heading: 'failing-pushes',
      says: 'Events are not reaching WebSocket connections that are open.',
      metric: serviceMetric(watched, 'PushesFailed'),
      threshold: 20,
      periods: 2,
    },
  ];
}

function platformRules(watched: Watched): AlarmRule[] {
  const throttles = [...tableMetrics(watched, 'ReadThrottleEvents'), ...tableMetrics(watched, 'WriteThrottleEvents')];
  return [
    {
      name: 'throttled-table',
      heading: 'throttled-table',
      says: 'The table, or one of its indexes, turns reads or writes away.',
      metric: sumOf(throttles, 'Throttles'),
      threshold: 25,
      periods: 2,
    },
    {
      name: 'missed-minutes',
      heading: 'missed-minutes',
      says: 'The rule that runs each minute has not run: late retries of webhooks wait, connections are not tended.',
      metric: functionMetric(watched, 'release-deliveries', 'Invocations'),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    },
  ];
}

function chunk<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
