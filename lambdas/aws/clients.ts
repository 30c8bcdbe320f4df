import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';

// A call that hangs must not eat a function's time: it is cut off and tried again on another connection.
const tuning = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    throwOnRequestTimeout: true,
    httpsAgent: { keepAlive: true, maxSockets: 100 },
    httpAgent: { keepAlive: true, maxSockets: 100 },
  },
} as const;

let dynamoClient: DynamoDBClient | undefined;
let sqsClient: SQSClient | undefined;

/** The table's client, made at first use and kept for the environment's life. */
export function dynamo(): DynamoDBClient {
  dynamoClient ??= new DynamoDBClient(tuning);
  return dynamoClient;
}

/** The queues' client, made at first use and kept for the environment's life. */
export function sqs(): SQSClient {
  sqsClient ??= new SQSClient(tuning);
  return sqsClient;
}
