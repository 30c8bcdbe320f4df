import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { JobType } from '../protocol/types.ts';
import type { AlarmRule } from './alarm-rule.ts';
import { workerSeconds } from './type-limits.ts';
import { deadMessages, queueMetric, queuesOf, typeMetric, type Watched } from './watched-metrics.ts';

/** What a submit may ask for (`maxDelaySeconds`); queues of ordered types take no delay. */
const longestDelaySeconds = 900;
/** SQS leaves a message out of the age of a standard queue once it has been received three times. */
const receivesThatCount = 3;
const roundToSeconds = 300;

/** The alarms of one job type: two, for every metric of an alarm is on the bill. */
export function alarmRulesOfType(watched: Watched, type: JobType): AlarmRule[] {
  const { queue, deadLetters } = queuesOf(watched, type);
  const threshold = oldestMessageSeconds(type);
  return [
    {
      name: `dead-letters-${type.name}`,
      heading: 'dead-letters',
      says: `Jobs of ${type.name} have used up their runs, or their messages have reached the dead-letter queue.`,
      metric: deadMessages(deadLetters, { and: [typeMetric(watched, type, 'JobsDied')] }),
      threshold: 1,
    },
    {
      name: `oldest-message-${type.name}`,
      heading: 'oldest-message',
      says: `A job of ${type.name} has been waiting for over ${threshold / 60} minutes, longer than any job does while all is well.`,
      metric: queueMetric(queue, 'ApproximateAgeOfOldestMessage', {
        statistic: Stats.MAXIMUM,
        label: 'Oldest message, s',
      }),
      threshold,
    },
  ];
}

/**
 * The age that no message of a type reaches while all is well, rounded up to five minutes: a delay, a batch before it,
 * and runs that fail, each with the pause after it. Of an ordered type, one job; what waits for others of its key is
 * what the alarm is to tell.
 */
export function oldestMessageSeconds({ limits, ordered }: Pick<JobType, 'limits' | 'ordered'>): number {
  const { timeoutSeconds, maxRuns, backoffSeconds, maxBackoffSeconds } = limits;
  const failedRuns = (ordered ? maxRuns : Math.min(maxRuns, receivesThatCount)) - 1;
  const pauses = Array.from({ length: failedRuns }, (_, run) => Math.min(maxBackoffSeconds, backoffSeconds * 2 ** run));
  const pauseSeconds = pauses.reduce((sum, pause) => sum + pause, 0);
  const delaySeconds = ordered ? 0 : longestDelaySeconds;
  const seconds = delaySeconds + workerSeconds(limits) + failedRuns * timeoutSeconds + pauseSeconds;
  return Math.ceil(seconds / roundToSeconds) * roundToSeconds;
}
