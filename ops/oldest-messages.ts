import {
  CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';

/** CloudWatch has the age by the minute, and it comes a few minutes late. */
const lookBackMs = 10 * 60_000;
const periodSeconds = 60;

/** CloudWatch is asked beside the rest of a status, which must not wait for it. */
const patience = { maxAttempts: 2, requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } };

interface OldestMessages {
  /** Seconds, by the queue's name. A queue that was idle for hours has none. */
  ages: Map<string, number>;
  /** Why there are none, where CloudWatch could not be asked: the rest of a status is worth having all the same. */
  fault?: string;
}

/** How old the oldest message of each queue was at last: only CloudWatch knows. */
export async function findOldestMessages(queues: string[]): Promise<OldestMessages> {
  const now = Date.now();
  const command = new GetMetricDataCommand({
    StartTime: new Date(now - lookBackMs),
    EndTime: new Date(now),
    ScanBy: 'TimestampDescending',
    MetricDataQueries: queues.map(queryOf),
  });
  try {
    const { MetricDataResults = [] } = await new CloudWatchClient(patience).send(command);
    return { ages: newestOf(MetricDataResults, queues) };
  } catch (error) {
    const why = error instanceof Error ? error.name : String(error);
    const fault = `No ages: CloudWatch cannot be asked (${why}), the credentials must allow cloudwatch:GetMetricData`;
    return { ages: new Map(), fault };
  }
}

/** The first value of each answer, which is the newest, by the queue that its id stands for. */
export function newestOf(results: Pick<MetricDataResult, 'Id' | 'Values'>[], queues: string[]): Map<string, number> {
  return new Map(
    results.flatMap(({ Id = '', Values: [newest] = [] }): [string, number][] => {
      const queue = queues[Number(Id.slice(1))];
      return queue === undefined || newest === undefined ? [] : [[queue, newest]];
    }),
  );
}

function queryOf(queue: string, index: number): MetricDataQuery {
  return {
    Id: `q${index}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Dimensions: [{ Name: 'QueueName', Value: queue }],
      },
      Period: periodSeconds,
      Stat: 'Maximum',
    },
  };
}
