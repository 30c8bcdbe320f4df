import type { LocalAddresses } from './assembly/local-addresses.ts';
import { type Assembly, readAssembly } from './assembly/read-assembly.ts';
import { startDynamoDb } from './dynamodb/dynamodb.ts';
import { startEventSources } from './event-sources/event-sources.ts';
import { startCallbackDoor } from './front-door/callback-door.ts';
import { consolePages } from './front-door/console-pages.ts';
import { startFrontDoor } from './front-door/front-door.ts';
import { graphiqlPage } from './front-door/graphiql-page.ts';
import { referencePage } from './front-door/reference-page.ts';
import { answerLambdaCall } from './lambda/invoke-api.ts';
import { startLambda } from './lambda/lambda.ts';
import type { Log } from './log/log.ts';
import { startRestApi } from './rest-api/rest-api.ts';
import { startSchedules } from './schedules/schedules.ts';
import { ownSecrets } from './secrets/own-secrets.ts';
import { startSecrets } from './secrets/secrets.ts';
import { startSqsAndS3 } from './sqs-and-s3/sqs-and-s3.ts';
import { type RunningWebSocketApi, startWebSocketApi } from './websocket-api/websocket-api.ts';

interface LocalServerOptions {
  /** 0 picks a free one. */
  port: number;
  log: Log;
  /** The file with the values of handlers' secrets. @default there is none */
  secretsFile?: string;
  /** The local key, once it has been made: for the pages that a browser opens. */
  key?(): string | undefined;
  /** Has the console built and gives its folder; none: there is no console. */
  buildConsole?(): Promise<string>;
  /** A service has ended by itself: what it held is lost, and so is the server's use. */
  onFault(error: Error): void;
}

/** What else a browser finds on this host. */
const otherPages = [
  { href: '/reference', title: 'API reference' },
  { href: '/graphiql', title: 'GraphiQL' },
];

/** Every service that the stack needs, on this machine. */
export interface LocalServer {
  port: number;
  dynamodbUrl: string;
  lambdaUrl: string;
  /**
   * Runs the stack that was synthesized to `directory`, in place of the one before: data and open sockets stay, and
   * calls under way finish on the code they began on. Returns the functions that are new or changed.
   */
  load(directory: string): Promise<{ assembly: Assembly; changed: string[] }>;
  stop(): Promise<void>;
}

/** Takes the port and starts the services; nothing is answered before the first `load`. */
export async function startLocalServer({
  port,
  log,
  onFault,
  secretsFile,
  key = () => undefined,
  buildConsole,
}: LocalServerOptions): Promise<LocalServer> {
  const door = await startFrontDoor(port);
  let live: RunningWebSocketApi | undefined;
  const warn = (message: string) => log.warn('secrets', message);
  const secrets = startSecrets(secretsFile === undefined ? undefined : ownSecrets(secretsFile, warn));
  const [dynamoDb, sqsAndS3, callback] = await Promise.all([
    startDynamoDb(onFault),
    startSqsAndS3(onFault),
    startCallbackDoor(log, {
      secrets: secrets.handle,
      connections: (request, response) => live?.manage(request, response),
      lambda: (request, response) => answerLambdaCall(request, response, lambda),
    }),
  ]);
  const addresses: LocalAddresses = {
    rest: `http://localhost:${door.port}`,
    live: `ws://localhost:${door.port}`,
    callback: callback.url,
    sqs: sqsAndS3.url,
    s3: sqsAndS3.url,
  };
  const lambda = startLambda({
    log,
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_ENDPOINT_URL_SQS: sqsAndS3.url,
      AWS_ENDPOINT_URL_S3: sqsAndS3.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: callback.url,
      AWS_ENDPOINT_URL_LAMBDA: callback.url,
    },
  });
  const { invoke, invokeStreaming } = lambda;
  const graphiql = graphiqlPage({ restUrl: `${addresses.rest}/v1`, key });
  const reference = referencePage({ key });
  const pagesOfConsole = buildConsole && {
    console: consolePages({
      build: buildConsole,
      config: { rest: `${addresses.rest}/v1`, local: true, pages: otherPages },
      origins: [addresses.rest, addresses.live, addresses.s3],
    }),
  };
  const eventSources = startEventSources({ sqsUrl: sqsAndS3.url, lambda, log });
  const schedules = startSchedules({ invoke, log });

  return {
    port: door.port,
    dynamodbUrl: dynamoDb.url,
    lambdaUrl: callback.url,
    async load(directory) {
      const assembly = readAssembly(directory, addresses);
      await Promise.all([dynamoDb.createTables(assembly), sqsAndS3.createQueuesAndBuckets(assembly)]);
      secrets.load(assembly);
      const changed = lambda.load(assembly);
      const rest = startRestApi({ assembly, invoke, invokeStreaming, log });
      live = startWebSocketApi({ assembly, invoke, log, ...(live && { connections: live.connections }) });
      door.open({ rest: rest.handle, live: live.upgrade, graphiql, reference, ...pagesOfConsole });
      eventSources.load(assembly);
      schedules.load(assembly);
      return { assembly, changed };
    },
    async stop() {
      schedules.stop();
      // Not waited for: the messages that it would give back end with their queues.
      void eventSources.stop();
      await live?.stop();
      await door.stop();
      lambda.stop();
      callback.stop();
      await Promise.all([dynamoDb.stop(), sqsAndS3.stop()]);
    },
  };
}
