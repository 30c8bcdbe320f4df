import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Manifest } from '../protocol/types.ts';
import type { Platform } from './access.ts';
import { queueUrlPrefix } from './addresses.ts';
import { Alarms } from './alarms.ts';
import { ConsoleSite } from './console-site.ts';
import { CustomDomain } from './custom-domain.ts';
import { ServiceDashboard } from './dashboard.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { EncryptionKey } from './encryption-key.ts';
import { Firewall } from './firewall.ts';
import { functionSettings } from './function-settings.ts';
import { JobQueue } from './job-queue.ts';
import { JobSecrets } from './job-secrets.ts';
import { JobTable } from './job-table.ts';
import { JobWorker } from './job-worker.ts';
import { LiveApi } from './live-api.ts';
import { PayloadBucket } from './payload-bucket.ts';
import type { FunctionEnvironment } from './platform-function.ts';
import { PlatformFunctions } from './platform-functions.ts';
import { refusePlainHttp } from './queue-policy.ts';
import { checkResourceLimit } from './resource-limit.ts';
import { JobRestApi } from './rest-api.ts';
import type { Stage } from './stages.ts';
import type { Watched } from './watched-metrics.ts';

export interface JobwireStackProps extends StackProps {
  stage: Stage;
  manifest: Manifest;
  /** The names of the secrets that the handlers read, by type. */
  handlerSecrets: Record<string, readonly string[]>;
  /** The folder of a function's bundle. */
  directoryOf(name: string): string;
  /** The folder of the built console, for a stage that hosts it. */
  consoleDirectory?: string | undefined;
}

/** The whole service. Its construct ids are a contract: another id is another resource, and its data are gone. */
export class JobwireStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { stage, manifest, handlerSecrets, directoryOf, consoleDirectory, ...props }: JobwireStackProps,
  ) {
    super(scope, id, props);
    const types = Object.values(manifest.types);
    const key = stage.customerKey ? new EncryptionKey(this, 'Encryption', { stage }).key : undefined;
    const table = new JobTable(this, 'Jobs', { stage, key });
    const bucket = new PayloadBucket(this, 'Payloads', { stage, key, retentionDays: longestRetention(manifest) });
    const secrets = new JobSecrets(this, 'Secrets', { stage, key });
    const rest = new JobRestApi(this, 'Rest', { stage, key });
    const live = new LiveApi(this, 'Live', { stage, key, logging: rest.logging });
    const queues = types.map((type) => new JobQueue(this, `Queue-${type.name}`, { type, stage, key }));
    const { timeoutSeconds: deliverSeconds } = functionSettings['deliver-webhook'];
    const deliveries = new DeliveryQueue(this, 'Deliveries', { stage, key, deliverSeconds });
    refusePlainHttp(this, [...queues, deliveries]);

    const site =
      stage.hostsConsole && consoleDirectory !== undefined
        ? new ConsoleSite(this, 'Console', {
            stage,
            directory: consoleDirectory,
            restUrl: rest.url,
            addresses: [rest.origin, live.url, bucket.url],
          })
        : undefined;
    const platform: Platform = { table, bucket, secrets: secrets.byName, queues, deliveries, live, key };
    const environment: FunctionEnvironment = {
      TABLE_NAME: table.tableName,
      BUCKET_URL: bucket.url,
      QUEUE_URL_PREFIX: queueUrlPrefix(this, stage),
      JOB_SECRET_ARN: secrets.byName.job.secretArn,
      TOKEN_SECRET_ARN: secrets.byName.token.secretArn,
      WEBHOOK_SECRET_ARN: secrets.byName.webhook.secretArn,
      REST_URL: rest.url,
      LIVE_URL: live.url,
      LIVE_CALLBACK_URL: live.callbackUrl,
      CONSOLE_URL: site?.url ?? (stage.hasConsole ? `${rest.origin}/` : ''),
      ENVIRONMENT: stage.name,
      GRAPHQL_FUNCTION: `${this.stackName}-graphql`,
      GRAPHQL_INTROSPECTION: stage.showsGraphqlSchema ? '1' : '0',
      STREAM_SECONDS: String(stage.streamSeconds),
      ALLOW_LOOPBACK: stage.allowLoopback ? '1' : '0',
      JOBS_PER_WINDOW: String(stage.jobsPerWindow),
      SERVICE: this.stackName,
      LOG_LEVEL: stage.logLevel,
    };
    const functions = new PlatformFunctions(this, 'Functions', { directoryOf, environment, stage, platform });
    for (const [index, type] of types.entries()) {
      const jobQueue = queues[index];
      if (!jobQueue) continue;
      const secrets = handlerSecrets[type.name] ?? [];
      new JobWorker(this, `Run-${type.name}`, { type, jobQueue, secrets, directoryOf, environment, stage, platform });
    }
    rest.route(functions.byName);
    live.route(functions.byName);
    if (stage.firewall) {
      new Firewall(this, 'Firewall', { stage, restStage: rest.api.deploymentStage, restUrl: rest.url });
    }
    if (stage.domain) {
      new CustomDomain(this, 'Domain', { domain: stage.domain, rest: rest.api, live: live.stage });
    }

    const watched: Watched = { service: this.stackName, types, tableName: table.tableName, liveApiId: live.apiId };
    if (stage.hasAlarms) new Alarms(this, 'Alarms', { stage, watched });
    if (stage.hasDashboard) new ServiceDashboard(this, 'Dashboard', { stage, watched });

    new CfnOutput(this, 'RestUrl', { value: rest.url, description: 'Where requests go' });
    new CfnOutput(this, 'LiveUrl', { value: live.url, description: 'Where WebSocket clients connect' });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'For `npm run keys`' });
    checkResourceLimit(this, types.length);
  }
}

function longestRetention({ types }: Manifest): number {
  return Math.max(...Object.values(types).map(({ limits }) => limits.retentionDays));
}
