import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { vi } from 'vitest';
import { sqs } from '../../lambdas/aws/clients.ts';
import { deliveryQueue } from '../../lambdas/aws/delivery-queue.ts';
import { createBundler } from '../../lib/bundle.ts';
import { type Engines, startEngines } from '../support/engines.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { eventOf } from '../support/job-stage.ts';
import { type Life, type LifeEnd, startLife } from './life.ts';

/** The call at which a function dies: before it gets there, or after, before its reply. */
export interface Death {
  atCall: number;
  when: 'before' | 'after';
}

type FunctionName = 'deliver-webhook' | 'release-deliveries';
const timeoutsMs: Record<FunctionName, number> = { 'deliver-webhook': 40_000, 'release-deliveries': 55_000 };
const spareVisibilityMs = 30_000;

interface HeldMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  receiveCount: number;
  visibleAtMs: number;
}

/** The functions of webhooks as they are deployed, their queue, their receiver, and a clock that leaps over every wait. */
export interface DeliveryStage extends Engines {
  /** What the receiver got: the `webhook-id` of each request. */
  got: string[];
  /** Where webhooks go, by way of the place where calls are counted. */
  url: string;
  /** How the receiver answers its next requests; 204 after these. */
  answers: number[];
  /** Starts every function anew and plans its deaths, each counted from the birth of its life. */
  plan(deaths: Death[]): Promise<void>;
  /** How many of the planned deaths have come true. */
  readonly died: number;
  /** Plays the queue and the minute rule until it is done, and a little on, for what might come after. */
  settle(isDone: () => Promise<boolean>): Promise<void>;
}

export async function openDeliveryStage(): Promise<DeliveryStage> {
  const root = join(import.meta.dirname, '../..');
  // Below the project, so that what is bundled finds its packages.
  const directory = mkdtempSync(join(root, 'node_modules/.jobwire-crash-'));
  const bundler = createBundler({ root, directory, testJobs: true });
  const [bundles, engines] = await Promise.all([bundler.bundle(), startEngines()]);
  await bundler.stop();
  Object.assign(process.env, engines.env);
  await engines.createQueue(deliveryQueue);

  const offsets = new SharedArrayBuffer(8);
  const clock = new Float64Array(offsets);
  const realNow = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + (clock[0] ?? 0));
  const leap = (ms: number) => {
    clock[0] = (clock[0] ?? 0) + ms;
  };

  const got: string[] = [];
  const answers: number[] = [];
  const receiver = createServer((request, response) => {
    got.push(String(request.headers['webhook-id']));
    request.resume().on('end', () => response.writeHead(answers.shift() ?? 204).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

  const lives = new Map<FunctionName, Life>();
  let deaths: Death[] = [];
  let died = 0;
  let count = 0;
  let held: HeldMessage[] = [];

  async function bury(): Promise<void> {
    const dying = [...lives.values()];
    lives.clear();
    await Promise.all(dying.map((life) => life.kill()));
  }

  async function kill(): Promise<void> {
    deaths = deaths.slice(1);
    died += 1;
    count = 0;
    await bury();
  }

  const names = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'];
  const targets = [...names.map((name) => engines.env[name] ?? ''), receiverUrl];
  const proxy = await startFaultProxy(targets, {
    async decide({ operation, body }) {
      count += 1;
      if (operation === 'AmazonSQS.ChangeMessageVisibility') {
        const { ReceiptHandle, VisibilityTimeout } = JSON.parse(body);
        for (const message of held)
          if (message.receiptHandle === ReceiptHandle) message.visibleAtMs = Date.now() + VisibilityTimeout * 1000;
      }
      const [next] = deaths;
      if (next?.atCall !== count) return 'pass';
      if (next.when === 'after') return 'lose-reply';
      await kill();
      return 'cut-before';
    },
    beforeLoss: kill,
  });
  const env = Object.fromEntries(
    Object.entries(engines.env).map(([name, value]) => [
      name,
      targets.reduce((text, target, index) => text.replace(target, proxy.urls[index] ?? target), value),
    ]),
  );

  function call(name: FunctionName, event: unknown): Promise<LifeEnd> {
    const life = lives.get(name) ?? startLife({ bundle: join(bundles.directoryOf(name), 'index.js'), offsets }, env);
    lives.set(name, life);
    return life.call(event, timeoutsMs[name]);
  }

  async function receiveAll(): Promise<void> {
    for (;;) {
      const command = new ReceiveMessageCommand({
        QueueUrl: engines.queueUrl(deliveryQueue),
        VisibilityTimeout: 43_200,
        MaxNumberOfMessages: 10,
      });
      const { Messages = [] } = await sqs().send(command);
      if (Messages.length === 0) return;
      for (const { MessageId: messageId = '', ReceiptHandle: receiptHandle = '', Body: body = '' } of Messages) {
        // The queue may show it again by its own clock; here only the stage's counts.
        const known = held.find((message) => message.messageId === messageId);
        if (known) known.receiptHandle = receiptHandle;
        else held.push({ messageId, receiptHandle, body, receiveCount: 0, visibleAtMs: 0 });
      }
    }
  }

  /** Delivers what is visible. */
  async function drain(): Promise<void> {
    for (;;) {
      await receiveAll();
      const [message] = held.filter(({ visibleAtMs }) => visibleAtMs <= Date.now());
      if (!message) return;
      message.receiveCount += 1;
      message.visibleAtMs = Date.now() + timeoutsMs['deliver-webhook'] + spareVisibilityMs;
      const end = await call('deliver-webhook', eventOf([message], deliveryQueue));
      const failures = 'died' in end ? undefined : (end.answer as SQSBatchResponse).batchItemFailures;
      if (failures?.length !== 0) continue;
      held = held.filter((other) => other !== message);
      const { receiptHandle: ReceiptHandle } = message;
      await sqs().send(new DeleteMessageCommand({ QueueUrl: engines.queueUrl(deliveryQueue), ReceiptHandle }));
    }
  }

  return {
    ...engines,
    got,
    url: `${proxy.urls.at(-1)}/hook`,
    answers,
    get died() {
      return died;
    },
    async plan(next) {
      await bury();
      [deaths, died, count, held] = [next, 0, 0, []];
      got.length = 0;
    },
    async settle(isDone) {
      for (let minute = 0; minute < 90; minute += 1) {
        await drain();
        if (await isDone()) break;
        leap(60_000);
        await call('release-deliveries', {});
      }
      leap(3 * 60_000);
      await call('release-deliveries', {});
      await drain();
    },
    async stop() {
      vi.restoreAllMocks();
      await bury();
      proxy.stop();
      receiver.closeAllConnections();
      receiver.close();
      await engines.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
