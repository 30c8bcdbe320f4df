import { createHmac, timingSafeEqual } from 'node:crypto';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import type { DeliveryDraft, DeliveryRecord } from '../core/delivery-record.ts';
import { env } from '../env.ts';
import { sqs } from './clients.ts';
import { getSecret } from './secrets.ts';

/** The queue's name after the stack's: with a character that no job type's name can have. */
export const deliveryQueue = '_deliveries';

/** One turn of a delivery: its first, with all that it takes, or a later one of a delivery that is in the table. */
export type DeliveryMessage =
  | { kind: 'first'; draft: DeliveryDraft }
  | { kind: 'again'; id: string; claims: number; isProbe: boolean };

interface Outgoing {
  message: DeliveryMessage;
  /** Whose it is: the queue is fair between them. */
  group: string;
  delaySeconds?: number;
}

/** The first turn of a delivery. */
export function firstTurn(draft: DeliveryDraft): Outgoing {
  return { message: { kind: 'first', draft }, group: groupOf(draft) };
}

/** The next turn of a delivery, for whoever is the first to take it. */
export function nextTurn(record: DeliveryRecord, { isProbe = false, delaySeconds = 0 } = {}): Outgoing {
  const { id, claims } = record;
  return { message: { kind: 'again', id, claims, isProbe }, group: groupOf(record), delaySeconds };
}

/** Webhooks given with jobs are one group for each tenant: their URLs are the tenant's to choose, and each would be one more. */
const groupOf = ({ tenant, endpoint, url }: Pick<DeliveryDraft, 'tenant' | 'endpoint' | 'url'>) =>
  url === undefined ? endpoint : tenant;

const maxEntries = 10;
/** Well below what one call takes, with what JSON adds on the way. */
const maxBatchBytes = 180 * 1024;
const attempts = 3;

/** Sends messages, ten to a call. Throws where the queue does not take one of them after three calls. */
export async function sendDeliveries(outgoing: Outgoing[]): Promise<void> {
  const secret = await getSecret(env('JOB_SECRET_ARN'));
  const entries = outgoing.map(({ message, group, delaySeconds = 0 }, index) => ({
    Id: String(index),
    MessageBody: signed(messageText(message), secret),
    MessageGroupId: group,
    ...(delaySeconds > 0 && { DelaySeconds: Math.ceil(delaySeconds) }),
  }));
  await Promise.all(batchesOf(entries).map(sendBatch));
}

function batchesOf(entries: SendMessageBatchRequestEntry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.MessageBody ?? '');
    const last = batches.at(-1);
    if (!last || last.length === maxEntries || bytes + size > maxBatchBytes) {
      batches.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return batches;
}

async function sendBatch(entries: SendMessageBatchRequestEntry[]): Promise<void> {
  const QueueUrl = `${env('QUEUE_URL_PREFIX')}${deliveryQueue}`;
  let left = entries;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { Failed = [] } = await sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries: left }));
    const failed = new Set(Failed.map(({ Id }) => Id));
    left = left.filter(({ Id }) => failed.has(Id));
    if (left.length === 0) return;
  }
  throw new Error(`Cannot send ${left.length} deliveries: the queue has not taken them`);
}

/** Of what a string may hold, what is no XML to a queue or may be taken for that; JSON itself does not escape it. */
const odd = /[\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/g;

/** JSON as a queue takes it. */
function messageText(message: DeliveryMessage): string {
  return JSON.stringify(message).replace(odd, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function signed(text: string, secret: string): string {
  return `${signatureOf(text, secret).toString('base64url')}.${text}`;
}

const signatureOf = (text: string, secret: string) =>
  createHmac('sha256', secret).update(`delivery-message ${text}`).digest();

/** What a message says, or undefined where it does not carry our signature. */
export async function parseDeliveryMessage(body: string): Promise<DeliveryMessage | undefined> {
  const end = body.indexOf('.');
  const text = body.slice(end + 1);
  const given = Buffer.from(body.slice(0, Math.max(0, end)), 'base64url');
  const expected = signatureOf(text, await getSecret(env('JOB_SECRET_ARN')));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(text) as DeliveryMessage;
}
