import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { sqs } from '../../lambdas/aws/clients.ts';
import { createBundler } from '../../lib/bundle.ts';
import { workerSeconds } from '../../lib/type-limits.ts';
import { type Engines, startEngines } from '../support/engines.ts';
import { type FaultProxy, type PassingCall, startFaultProxy } from '../support/fault-proxy.ts';
import { eventOf } from '../support/job-stage.ts';
import { type Life, type LifeEnd, startLife } from './life.ts';

/** The call at which a function dies: before it gets there, or after, before its reply. */
export interface Death {
  atCall: number;
  when: 'before' | 'after';
}

/** A queue's visibility timeout is its function's timeout and this. */
const spareVisibilityMs = 30_000;
/** The timeout of the API's functions. */
const answerMs = 29_000;

interface HeldMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  receiveCount: number;
  /** By the stage's clock. */
  visibleAtMs: number;
}

/** A stack's functions as they are deployed, their event sources, and a clock that leaps over every wait. */
export interface CrashStage extends Engines {
  /** Calls a function, which dies as `deaths` say: one after another, each counted from the birth of its life. */
  call(name: string, event: unknown, timeoutMs?: number): Promise<LifeEnd>;
  /** Has a function born anew at its next call, and plans its deaths. */
  plan(name: string, deaths: Death[]): Promise<void>;
  /** Lets everything live from here on. */
  spare(): void;
  /** The operations, such as `GetItem`, whose calls do not get through. Nothing dies of it. */
  readonly failing: Set<string>;
  /** How many of the planned deaths have come true. */
  readonly died: number;
  /** Calls that passed since the last plan, in order. */
  readonly passed: string[];
  /** Plays the event source of a type until its queue is empty; calls `look` after each delivery. */
  drain(type: string, look?: () => Promise<void>): Promise<void>;
}

export async function openCrashStage(types: string[]): Promise<CrashStage> {
  const root = join(import.meta.dirname, '../..');
  // Below the project, so that what is bundled finds its packages.
  const directory = mkdtempSync(join(root, 'node_modules/.jobwire-crash-'));
  const bundler = createBundler({ root, directory, testJobs: true });
  const [bundles, engines] = await Promise.all([bundler.bundle(), startEngines()]);
  await bundler.stop();
  Object.assign(process.env, engines.env);
  for (const type of types) await engines.createQueue(type);

  const offsets = new SharedArrayBuffer(8);
  const clock = new Float64Array(offsets);
  const now = () => Date.now() + (clock[0] ?? 0);
  const lives = new Map<string, Life>();
  const held: HeldMessage[] = [];
  let deaths: Death[] = [];
  let died = 0;
  let count = 0;
  let passed: string[] = [];

  async function kill(): Promise<void> {
    deaths = deaths.slice(1);
    died += 1;
    count = 0;
    await bury();
  }

  async function bury(names = [...lives.keys()]): Promise<void> {
    for (const name of names) {
      const life = lives.get(name);
      lives.delete(name);
      await life?.kill();
    }
  }

  const proxy: FaultProxy = await startFaultProxy(targetsOf(engines.env), {
    async decide({ operation, body }: PassingCall) {
      count += 1;
      const name = operation.split('.').at(-1) ?? operation;
      passed.push(name);
      if (stage.failing.has(name)) return 'cut-before';
      const [next] = deaths;
      const isFatal = next?.atCall === count;
      if (operation === 'AmazonSQS.ChangeMessageVisibility' && !(isFatal && next.when === 'before')) {
        const { ReceiptHandle, VisibilityTimeout } = JSON.parse(body);
        for (const message of held) {
          if (message.receiptHandle === ReceiptHandle) message.visibleAtMs = now() + VisibilityTimeout * 1000;
        }
      }
      if (!isFatal) return 'pass';
      if (next.when === 'after') return 'lose-reply';
      await kill();
      return 'cut-before';
    },
    beforeLoss: kill,
  });
  const env = { ...engines.env, ...proxiedEnv(engines.env, proxy.urls) };

  async function receiveAll(type: string): Promise<void> {
    for (;;) {
      const command = new ReceiveMessageCommand({
        QueueUrl: engines.queueUrl(type),
        VisibilityTimeout: 43_200,
        MaxNumberOfMessages: 10,
      });
      const { Messages = [] } = await sqs().send(command);
      if (Messages.length === 0) return;
      for (const { MessageId = '', ReceiptHandle = '', Body = '' } of Messages) {
        // The queue would see it again soon where a worker asked for that; here only the stage's clock counts.
        const known = held.find(({ messageId }) => messageId === MessageId);
        if (known) known.receiptHandle = ReceiptHandle;
        else
          held.push({
            messageId: MessageId,
            receiptHandle: ReceiptHandle,
            body: Body,
            receiveCount: 0,
            visibleAtMs: 0,
          });
      }
    }
  }

  const stage: CrashStage = {
    ...engines,
    failing: new Set(),
    get passed() {
      return passed;
    },
    get died() {
      return died;
    },
    async plan(name, next) {
      await bury([name]);
      [deaths, died, count, passed] = [next, 0, 0, []];
    },
    spare() {
      deaths = [];
    },
    call(name, event, timeoutMs = answerMs) {
      const life = lives.get(name) ?? startLife({ bundle: join(bundles.directoryOf(name), 'index.js'), offsets }, env);
      lives.set(name, life);
      return life.call(event, timeoutMs);
    },
    async drain(type, look) {
      const { [type]: declared } = bundles.manifest.types;
      if (!declared) throw new Error(`Cannot drain ${type}: there is no such type`);
      const timeoutMs = workerSeconds(declared.limits) * 1000;
      for (let deliveries = 0; ; deliveries += 1) {
        await receiveAll(type);
        const [message] = held.sort((one, other) => one.visibleAtMs - other.visibleAtMs);
        if (!message) return;
        if (deliveries === 40) throw new Error(`Cannot drain ${type}: its messages come back for ever`);
        clock[0] = (clock[0] ?? 0) + Math.max(0, message.visibleAtMs - now());
        message.receiveCount += 1;
        message.visibleAtMs = now() + timeoutMs + spareVisibilityMs;
        const end = await stage.call(`run-${type}`, eventOf([message], type), timeoutMs);
        await look?.();
        const failures = 'died' in end ? undefined : (end.answer as SQSBatchResponse).batchItemFailures;
        if (failures?.length !== 0) continue;
        held.splice(held.indexOf(message), 1);
        const { receiptHandle: ReceiptHandle } = message;
        await sqs().send(new DeleteMessageCommand({ QueueUrl: engines.queueUrl(type), ReceiptHandle }));
      }
    },
    async stop() {
      await bury();
      proxy.stop();
      await engines.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return stage;
}

const endpoints = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'];

function targetsOf(env: Record<string, string>): string[] {
  return [...endpoints.map((name) => env[name] ?? ''), new URL(env.LIVE_CALLBACK_URL ?? '').origin];
}

/** Each address of the environment, through the proxy. */
function proxiedEnv(env: Record<string, string>, urls: string[]): Record<string, string> {
  const targets = targetsOf(env);
  const proxied = (address: string) =>
    targets.reduce((text, target, index) => text.replace(target, urls[index] ?? target), address);
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, proxied(value)]));
}
