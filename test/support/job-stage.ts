import { type Message, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamo, sqs } from '../../lambdas/aws/clients.ts';
import { placeInput } from '../../lambdas/aws/job-payloads.ts';
import { messageBody } from '../../lambdas/aws/job-queue.ts';
import { createJob, findJob, readLog } from '../../lambdas/aws/job-store.ts';
import { newJob } from '../../lambdas/core/job-changes.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import { assembleLog } from '../../lambdas/core/job-log.ts';
import type { JobRecord, LogEntry } from '../../lambdas/core/job-record.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import type { Json, SubmitRequest } from '../../protocol/types.ts';
import { type Engines, startEngines } from './engines.ts';

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** A message as an event source hands it to a function. */
export interface Received {
  messageId?: string;
  receiptHandle?: string;
  body: string;
  receiveCount?: number;
}

/** The environment of a worker, with what stands around it, in the test's own process. */
export interface JobStage extends Engines {
  /** The names of the calls to the table and the queues since `calls` was last emptied, in order. */
  calls: string[];
  /** Puts a job as submit does, without sending its message. */
  submit(input?: Json, options?: Submission): Promise<JobRecord>;
  /** Sends the job's message and receives it. */
  queue(record: JobRecord): Promise<Received>;
  receive(): Promise<Received | undefined>;
  /** Calls a worker with messages; returns the ids of those that it did not acknowledge. */
  deliver(handler: Handler, messages: Received[], options?: { remainingMs?: number }): Promise<string[]>;
  head(record: Pick<JobRecord, 'id'>): Promise<JobRecord>;
  /** The whole log as a reader sees it. */
  log(record: Pick<JobRecord, 'id'>): Promise<LogEntry[]>;
}

interface Submission extends Partial<SubmitRequest> {
  id?: string;
  limits?: Partial<typeof defaultLimits>;
  watchers?: JobRecord['watchers'];
  traceparent?: string;
}

export const type = 'test';

type Env = Record<string, string>;

/** Starts the engines and sets the environment of this process. `rewire` may put something between the two. */
export async function openJobStage(rewire: (env: Env) => Promise<Env> = async () => ({})): Promise<JobStage> {
  const engines = await startEngines();
  Object.assign(process.env, engines.env, await rewire(engines.env));
  await engines.createQueue(type, { VisibilityTimeout: '30' });
  await engines.createQueue(`${type}-dead`, { VisibilityTimeout: '60' });
  const calls: string[] = [];
  countCalls(dynamo().middlewareStack, calls);
  countCalls(sqs().middlewareStack, calls);
  const QueueUrl = engines.queueUrl(type);

  const stage: JobStage = {
    ...engines,
    calls,
    async submit(
      input = {},
      { id = jobId({ tenant: 'acme', secret: 's' }), limits, watchers = [], traceparent, ...submit } = {},
    ) {
      const now = Date.now();
      const text = JSON.stringify(input);
      const record = newJob(
        { type, input, ...submit },
        {
          id,
          tenant: 'acme',
          type: { limits: { ...defaultLimits, ...limits }, ordered: false },
          digest: 'digest',
          input: placeInput({ id, createdAtMs: now }, 'digest', text),
          now,
          watchers,
          ...(traceparent !== undefined && { traceparent }),
        },
      );
      await createJob(record, text);
      return record;
    },
    async queue(record) {
      await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: await messageBody(record) }));
      const message = await stage.receive();
      if (!message) throw new Error('Cannot receive the message that was just sent');
      return message;
    },
    async receive() {
      const command = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
      const { Messages: [message] = [] } = await sqs().send(command);
      return message && received(message);
    },
    async deliver(handler, messages, { remainingMs = 600_000 } = {}) {
      const endsAtMs = Date.now() + remainingMs;
      const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => endsAtMs - Date.now() } as Context;
      const { batchItemFailures } = await handler(eventOf(messages), context);
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    async head({ id }) {
      const record = await findJob(id);
      if (!record) throw new Error(`Cannot find ${id}`);
      return record;
    },
    async log({ id }) {
      const found = await readLog(id, 0);
      return found ? assembleLog({ ...found, after: 0 }).events : [];
    },
  };
  return stage;
}

type Next = (args: { input: object }) => Promise<{ response: unknown; output: never }>;

interface Stack {
  add(
    middleware: (next: Next, context: { commandName?: string }) => Next,
    options: { step: 'initialize'; name: string },
  ): void;
}

/** Notes the name of each command that a client sends. */
function countCalls(stack: unknown, calls: string[]): void {
  (stack as Stack).add(
    (next, { commandName = '' }) =>
      (args) => {
        // What a worker tells of its type once a minute is none of a job's steps; who wants webhooks is asked beside them.
        if (!/"[SE]#/.test(JSON.stringify(args.input))) calls.push(commandName.replace(/Command$/, ''));
        return next(args);
      },
    { step: 'initialize', name: 'countCalls' },
  );
}

function received({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }: Message): Received {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    receiveCount: Number(Attributes.ApproximateReceiveCount),
  };
}

/** The event of an SQS event source ("Using Lambda with Amazon SQS"), as far as the functions look at it. */
export function eventOf(messages: Received[], source = type): SQSEvent {
  const Records = messages.map(({ messageId = 'message', receiptHandle = 'none', body, receiveCount = 1 }) => ({
    messageId,
    receiptHandle,
    body,
    attributes: { ApproximateReceiveCount: String(receiveCount) },
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:stack-${source}`,
  }));
  return { Records } as unknown as SQSEvent;
}

/** An entry's type and what tells it apart, for comparisons: `job.running 1`, `job.output "x"`. */
export function brief(entry: LogEntry): string {
  if ('json' in entry) return `job.output ${entry.json}`;
  if ('type' in entry) return entry.run === undefined ? entry.type : `${entry.type} ${entry.run}`;
  return `job.progress ${entry.percent}`;
}
