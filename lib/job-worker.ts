import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { JobType } from '../protocol/types.ts';
import { grantAccess, type Platform } from './access.ts';
import { workerAccess } from './function-settings.ts';
import { workerName } from './functions.ts';
import { grantHandlerSecrets } from './handler-secrets.ts';
import type { JobQueue } from './job-queue.ts';
import { type FunctionEnvironment, PlatformFunction } from './platform-function.ts';
import type { Stage } from './stages.ts';
import { workerSeconds } from './type-limits.ts';

interface JobWorkerProps {
  type: JobType;
  jobQueue: JobQueue;
  /** The names of the secrets that the handler reads. */
  secrets: readonly string[];
  /** The folder of a function's bundle. */
  directoryOf(name: string): string;
  environment: FunctionEnvironment;
  stage: Stage;
  platform: Platform;
}

/** The function that runs one job type's jobs, fed by the type's queue. */
export class JobWorker extends Construct {
  constructor(scope: Construct, id: string, props: JobWorkerProps) {
    super(scope, id);
    const { type, jobQueue, secrets, directoryOf, environment, stage, platform } = props;
    const { limits } = type;
    const name = workerName(type.name);
    const worker = new PlatformFunction(this, 'Worker', {
      name,
      directory: directoryOf(name),
      memoryMb: limits.memoryMb,
      timeoutSeconds: workerSeconds(limits),
      environment,
      stage,
      key: platform.key,
    });
    worker.function.addEventSource(
      new SqsEventSource(jobQueue.queue, {
        batchSize: limits.batch,
        maxConcurrency: limits.concurrency,
        reportBatchItemFailures: true,
      }),
    );
    grantAccess(worker.function, workerAccess, platform);
    grantHandlerSecrets(worker.function, secrets);
  }
}
