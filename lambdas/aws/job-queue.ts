import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { type HeldBack, remainingDelaySeconds } from '../core/job-deadline.ts';
import type { JobRecord } from '../core/job-record.ts';
import { env } from '../env.ts';
import { sqs } from './clients.ts';
import { getSecret } from './secrets.ts';

const maxBatch = 10;
const maxAttempts = 3;

/** What a job's message says. The rest stands in its record. */
export interface JobMessage {
  job: string;
  type: string;
  tenant: string;
  /** Tells a message of a former life of the job's id. */
  createdAtMs: number;
}

type Queued = Pick<JobRecord, 'id' | 'type' | 'tenant' | 'createdAtMs' | 'orderKey'>;

const queueUrl = ({ type, orderKey }: Queued) =>
  `${env('QUEUE_URL_PREFIX')}${type}${orderKey === undefined ? '' : '.fifo'}`;

const jobSecret = () => getSecret(env('JOB_SECRET_ARN'));

function sign({ job, type, tenant, createdAtMs }: JobMessage, secret: string): Buffer {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['job-message', job, type, tenant, createdAtMs]))
    .digest();
}

/** The signed body of a job's message. */
export async function messageBody({ id, type, tenant, createdAtMs }: Queued): Promise<string> {
  const message: JobMessage = { job: id, type, tenant, createdAtMs };
  return JSON.stringify({ ...message, signature: sign(message, await jobSecret()).toString('base64url') });
}

/** What a message says, or undefined where it does not carry our signature. */
export async function parseMessage(body: string): Promise<JobMessage | undefined> {
  const message = parseFields(body);
  if (!message) return undefined;
  const { signature, ...fields } = message;
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(fields, await jobSecret());
  return given.length === expected.length && timingSafeEqual(given, expected) ? fields : undefined;
}

function parseFields(body: string): (JobMessage & { signature: string }) | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { job, type, tenant, createdAtMs, signature } = value as Record<string, unknown>;
  const texts = typeof job === 'string' && typeof type === 'string' && typeof tenant === 'string';
  if (!texts || typeof createdAtMs !== 'number' || typeof signature !== 'string') return undefined;
  return { job, type, tenant, createdAtMs, signature };
}

/**
 * Standard queues are fair to tenants by their group. FIFO queues keep the order within a tenant's order key; their
 * deduplication drops a second message within five minutes, which is harmless: the first is still there.
 */
function routing({ id, tenant, createdAtMs, orderKey }: Queued) {
  if (orderKey === undefined) return { MessageGroupId: groupOf([tenant]) };
  return { MessageGroupId: groupOf([tenant, orderKey]), MessageDeduplicationId: `${id}-${createdAtMs}` };
}

const groupOf = (names: string[]) => createHash('sha256').update(JSON.stringify(names)).digest('base64url');

/** FIFO queues take no delay of one message. */
const delay = ({ orderKey }: Queued, seconds: number) =>
  orderKey === undefined && seconds > 0 ? { DelaySeconds: seconds } : {};

/** Sends a job's message. */
export async function sendJob(record: Queued, { delaySeconds = 0 }: { delaySeconds?: number } = {}): Promise<void> {
  await sqs().send(
    new SendMessageCommand({
      QueueUrl: queueUrl(record),
      MessageBody: await messageBody(record),
      ...routing(record),
      ...delay(record, delaySeconds),
    }),
  );
}

/** Ids of jobs whose message could not be sent, each with the fault that was the last one. */
type Unsent = Map<string, unknown>;

/** Sends the messages of many jobs with what is left of their delays; returns those that could not be sent. */
export async function sendJobs(records: (Queued & HeldBack)[]): Promise<Unsent> {
  const unsent: Unsent = new Map();
  const queues = [...Map.groupBy(records, queueUrl)];
  await Promise.all(queues.map(([url, queued]) => sendInOrder(url, queued, unsent)));
  return unsent;
}

/**
 * Sends one queue its messages. Those of one order key go one after another, each in a call of its own: a queue may take
 * a part of a call alone. Behind one that it has not taken the later ones stay back, too.
 */
async function sendInOrder(url: string, records: (Queued & HeldBack)[], unsent: Unsent): Promise<void> {
  const lines = linesOf(records);
  for (let place = 0; lines.some((line) => place < line.length); place += 1) {
    const abreast = lines.flatMap((line) => line.slice(place, place + 1));
    const entries = await Promise.all(abreast.map(entryOf));
    const batches = Array.from({ length: Math.ceil(entries.length / maxBatch) }, (_, batch) =>
      entries.slice(batch * maxBatch, (batch + 1) * maxBatch),
    );
    await Promise.all(batches.map((batch) => sendBatch(url, batch, unsent)));
    for (const line of lines) {
      const id = line[place]?.id ?? '';
      if (unsent.has(id)) for (const later of line.splice(place + 1)) unsent.set(later.id, unsent.get(id));
    }
  }
}

/** Jobs in lines, by tenant and order key; one without a key waits for no other. */
function linesOf<Job extends Queued>(records: Job[]): Job[][] {
  return [...Map.groupBy(records, ({ id, tenant, orderKey }) => JSON.stringify([tenant, orderKey ?? { id }])).values()];
}

async function entryOf(record: Queued & HeldBack, index: number): Promise<BatchEntry> {
  const entry = {
    Id: String(index),
    MessageBody: await messageBody(record),
    ...routing(record),
    ...delay(record, remainingDelaySeconds(record, Date.now())),
  };
  return { id: record.id, entry };
}

interface BatchEntry {
  /** The job's. */
  id: string;
  entry: SendMessageBatchRequestEntry;
}

/** Sends up to ten messages, and adds to `unsent` what the queue has not taken after three calls. */
async function sendBatch(QueueUrl: string, entries: BatchEntry[], unsent: Unsent): Promise<void> {
  let left = entries;
  let faults = new Map<string | undefined, unknown>();
  for (let attempt = 0; left.length > 0 && attempt < maxAttempts; attempt += 1) {
    faults = await trySending(QueueUrl, left);
    left = left.filter(({ entry }) => faults.has(entry.Id));
  }
  for (const { id, entry } of left) unsent.set(id, faults.get(entry.Id));
}

/** The faults of one call, by entry: where it failed as a whole, each of them has that one. */
async function trySending(QueueUrl: string, entries: BatchEntry[]): Promise<Map<string | undefined, unknown>> {
  try {
    const Entries = entries.map(({ entry }) => entry);
    const { Failed = [] } = await sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    return new Map(Failed.map(({ Id, Code, Message }) => [Id, new Error(`The queue answers ${Code}: ${Message}`)]));
  } catch (error) {
    return new Map(entries.map(({ entry }) => [entry.Id, error]));
  }
}

/** About how many messages of a type wait. */
export async function queueDepth(type: string, { ordered = false } = {}): Promise<number> {
  const { Attributes } = await sqs().send(
    new GetQueueAttributesCommand({
      QueueUrl: `${env('QUEUE_URL_PREFIX')}${type}${ordered ? '.fifo' : ''}`,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** A received message, as far as its visibility goes. */
export interface ReceivedMessage {
  eventSourceARN: string;
  receiptHandle: string;
}

/** SQS ends a message's 12 hours counted from its receive: the longest call is taken off. What waits longer comes back in between. */
const longestVisibilitySeconds = 42_000;

/** Lets a message be seen again in so many seconds. */
export async function setVisibility(
  { eventSourceARN, receiptHandle }: ReceivedMessage,
  seconds: number,
): Promise<void> {
  // The source's queue, live or dead-letter, is a neighbour of the stack's other queues.
  const QueueUrl = new URL(eventSourceARN.split(':').at(-1) ?? '', env('QUEUE_URL_PREFIX')).href;
  const VisibilityTimeout = Math.min(longestVisibilitySeconds, Math.max(0, Math.ceil(seconds)));
  await sqs().send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout }));
}
