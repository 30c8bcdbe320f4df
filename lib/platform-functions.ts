import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { grantAccess, type Platform } from './access.ts';
import { acknowledge } from './acknowledge.ts';
import { functionSettings } from './function-settings.ts';
import { type FunctionName, functionNames, streamingFunctions } from './functions.ts';
import { type FunctionEnvironment, PlatformFunction } from './platform-function.ts';
import type { Stage } from './stages.ts';

export type FunctionTable = Record<FunctionName, LambdaFunction>;

interface PlatformFunctionsProps {
  directoryOf(name: string): string;
  environment: FunctionEnvironment;
  stage: Stage;
  platform: Platform;
}

/** What a streaming function has beside the stream itself: to load, to read and to say good-bye. */
const spareStreamSeconds = 15;

/** The functions that every stack has, sized and granted by `function-settings.ts`. */
export class PlatformFunctions extends Construct {
  readonly byName: FunctionTable;

  constructor(scope: Construct, id: string, { directoryOf, environment, stage, platform }: PlatformFunctionsProps) {
    super(scope, id);
    const made = functionNames.map((name) => {
      const { memoryMb, timeoutSeconds, access } = functionSettings[name];
      const streams = streamingFunctions.has(name);
      const { function: made } = new PlatformFunction(this, name, {
        name,
        directory: directoryOf(name),
        memoryMb,
        timeoutSeconds: streams ? Math.max(timeoutSeconds, stage.streamSeconds + spareStreamSeconds) : timeoutSeconds,
        environment,
        stage,
        key: platform.key,
        reservedConcurrency: streams ? stage.streamConcurrency : undefined,
      });
      grantAccess(made, access, platform);
      return [name, made] as const;
    });
    this.byName = Object.fromEntries(made) as FunctionTable;
    this.buryDeadLetters(platform);
    this.deliverWebhooks(platform, stage);
    this.tendEveryMinute();
  }

  /** What reaches a dead-letter queue is a job without an end: every one of these queues has the same undertaker. */
  private buryDeadLetters({ queues }: Platform): void {
    for (const { deadLetters } of queues) {
      this.byName['bury-job'].addEventSource(
        new SqsEventSource(deadLetters, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
      );
    }
  }

  /** Each call mostly waits for receivers, so a batch goes out side by side. What dies on the way is recorded. */
  private deliverWebhooks({ deliveries }: Platform, { deliveryConcurrency }: Stage): void {
    this.byName['deliver-webhook'].addEventSource(
      new SqsEventSource(deliveries.queue, {
        batchSize: 10,
        maxConcurrency: deliveryConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    this.byName['bury-delivery'].addEventSource(
      new SqsEventSource(deliveries.deadLetters, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
  }

  /** A missed minute is caught up with by the next. */
  private tendEveryMinute(): void {
    const tending = [
      this.byName['tend-connections'],
      this.byName['release-deliveries'],
      this.byName['end-overdue-jobs'],
    ];
    const rule = new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: tending.map((target) => new LambdaTarget(target, { retryAttempts: 0 })),
    });
    acknowledge(rule, { 'Serverless-EventBusDLQ': 'A missed minute is caught up with by the next' });
  }
}
