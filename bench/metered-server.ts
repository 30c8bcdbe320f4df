import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readAssembly } from '../dev/assembly/read-assembly.ts';
import { startDynamoDb } from '../dev/dynamodb/dynamodb.ts';
import { startEventSources } from '../dev/event-sources/event-sources.ts';
import { startCallbackDoor } from '../dev/front-door/callback-door.ts';
import { startFrontDoor } from '../dev/front-door/front-door.ts';
import { answerLambdaCall } from '../dev/lambda/invoke-api.ts';
import { type Lambda, startLambda } from '../dev/lambda/lambda.ts';
import type { Log } from '../dev/log/log.ts';
import { startRestApi } from '../dev/rest-api/rest-api.ts';
import { startSecrets } from '../dev/secrets/secrets.ts';
import { startSqsAndS3 } from '../dev/sqs-and-s3/sqs-and-s3.ts';
import { startWebSocketApi } from '../dev/websocket-api/websocket-api.ts';
import { createBundler } from '../lib/bundle.ts';
import { jobwireApp } from '../lib/jobwire-app.ts';
import { type LocalTable, localKeys } from '../test/contract/local-keys.ts';
import { countQueueCalls, type QueueCall } from './count-queue-calls.ts';
import { countTableCalls, type TableCall } from './count-table-calls.ts';

/** One call of a function. */
export interface FunctionCall {
  name: string;
  startMs: number;
  endMs: number;
}

/** Everything that would be billed, in the order of its end. */
export interface Meter {
  table: TableCall[];
  queue: QueueCall[];
  functions: FunctionCall[];
  /** When a function posted to a connection, and how long that took. */
  pushes: { startMs: number; endMs: number }[];
}

export interface MeteredServer {
  rest: string;
  live: string;
  key: string;
  table: LocalTable;
  meter: Meter;
  /** Forgets what was counted so far. */
  reset(): void;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

/** The local server's own parts around one stack, with a meter at each wire that is billed. */
export async function startMeteredServer(): Promise<MeteredServer> {
  process.env.CDK_VALIDATION = 'false';
  const meter: Meter = { table: [], queue: [], functions: [], pushes: [] };
  const fail = (error: Error) => console.error(error);
  const [door, dynamoDb, sqsAndS3] = await Promise.all([startFrontDoor(0), startDynamoDb(fail), startSqsAndS3(fail)]);
  const table = await countTableCalls(dynamoDb.url, (call) => meter.table.push(call));
  const queues = await countQueueCalls(sqsAndS3.url, (call) => meter.queue.push(call));
  const secrets = startSecrets();
  let live: ReturnType<typeof startWebSocketApi> | undefined;
  const callback = await startCallbackDoor(log, {
    secrets: secrets.handle,
    connections(request, response) {
      const startMs = performance.now();
      response.on('finish', () => meter.pushes.push({ startMs, endMs: performance.now() }));
      live?.manage(request, response);
    },
    lambda: (request, response) => answerLambdaCall(request, response, lambda),
  });
  const directory = await synthesized();
  const origin = `localhost:${door.port}`;
  const assembly = readAssembly(join(directory, 'assembly'), {
    rest: `http://${origin}`,
    live: `ws://${origin}`,
    callback: callback.url,
    sqs: queues.url,
    s3: sqsAndS3.url,
  });
  await Promise.all([dynamoDb.createTables(assembly), sqsAndS3.createQueuesAndBuckets(assembly)]);
  secrets.load(assembly);
  const lambda = startLambda({
    log,
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
      AWS_ENDPOINT_URL_SQS: queues.url,
      AWS_ENDPOINT_URL_S3: sqsAndS3.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: callback.url,
      AWS_ENDPOINT_URL_LAMBDA: callback.url,
    },
  });
  lambda.load(assembly);
  const counted = countedLambda(lambda, meter);
  const rest = startRestApi({ assembly, ...counted, log });
  live = startWebSocketApi({ assembly, invoke: counted.invoke, log });
  const { upgrade } = live;
  door.open({ rest: rest.handle, live: upgrade });
  const sources = startEventSources({ sqsUrl: queues.url, lambda: counted, log });
  sources.load(assembly);
  const place = { tableName: String(assembly.outputs.TableName), dynamodbUrl: dynamoDb.url };
  const { key } = await localKeys(place).make({ tenant: 'bench' });

  return {
    rest: `http://${origin}/v1`,
    live: `ws://${origin}/live`,
    key,
    table: place,
    meter,
    reset() {
      for (const calls of Object.values(meter)) calls.length = 0;
    },
    async stop() {
      await door.stop();
      await sources.stop();
      lambda.stop();
      for (const part of [table, queues, callback]) part.stop();
      await Promise.all([dynamoDb.stop(), sqsAndS3.stop()]);
      rmSync(directory, { recursive: true });
    },
  };
}

/** Resolves once nothing has been billed for a while, so that no step of an earlier job is counted with a later one. */
export async function quiet({ table, queue }: Meter): Promise<void> {
  const busy = () => table.length + queue.filter(({ operation }) => operation !== 'ReceiveMessage').length;
  for (let before = -1; before !== busy(); ) {
    before = busy();
    await pause(2500);
  }
}

/** Nothing of what happens is told but faults: the bench measures. */
const log: Log = {
  request: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (source, message) => console.error(`${source}: ${message}`),
  functionLine: () => undefined,
};

/** A stack of the stage `local` in a folder of its own, which no save changes. */
async function synthesized(): Promise<string> {
  mkdirSync(join(root, 'build'), { recursive: true });
  const directory = mkdtempSync(join(root, 'build/bench-'));
  const bundler = createBundler({ root, directory: join(directory, 'functions'), testJobs: true });
  jobwireApp({ bundles: await bundler.bundle(), outdir: join(directory, 'assembly'), stage: 'local' }).synth();
  await bundler.stop();
  return directory;
}

function countedLambda(
  lambda: Lambda,
  { functions }: Meter,
): Pick<Lambda, 'invoke' | 'invokeStreaming' | 'invokeWhenFree'> {
  const note = (name: string, startMs: number) =>
    functions.push({ name: name.split(':').at(-1) ?? name, startMs, endMs: performance.now() });
  async function counted<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
    const startMs = performance.now();
    const result = await call();
    note(name, startMs);
    return result;
  }
  return {
    invoke: (name, event, options) => counted(name, () => lambda.invoke(name, event, options)),
    async invokeStreaming(name, event) {
      const startMs = performance.now();
      const { metadata, body } = await lambda.invokeStreaming(name, event);
      return { metadata, body: countedToItsEnd(body, () => note(name, startMs)) };
    },
    invokeWhenFree: (name, makeEvent) => counted(name, () => lambda.invokeWhenFree(name, makeEvent)),
  };
}

/** A streaming function is billed until its last byte, or until its client left: local functions end soon after. */
async function* countedToItsEnd(body: AsyncIterable<Uint8Array>, onEnd: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    onEnd();
  }
}
