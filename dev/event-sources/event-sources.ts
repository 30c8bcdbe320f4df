import type { Assembly } from '../assembly/read-assembly.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Log } from '../log/log.ts';
import { type EventSource, type EventSourceSettings, startEventSource } from './event-source.ts';
import { queueClient } from './queue-client.ts';

interface EventSourcesOptions {
  sqsUrl: string;
  lambda: Pick<Lambda, 'invokeWhenFree'>;
  log: Log;
}

/** The event source mappings of the assembly that was loaded last. */
export interface EventSources {
  load(assembly: Assembly): void;
  stop(): Promise<void>;
}

/** Messages that one poll takes at the most. */
const maxBatchSize = 10;
/** Calls at a time, where the template does not say. */
const defaultConcurrency = 10;

export function startEventSources({ sqsUrl, lambda, log }: EventSourcesOptions): EventSources {
  const client = queueClient(sqsUrl);
  const sources = new Map<string, EventSource>();
  return {
    load(assembly) {
      const settings = eventSourceSettings(assembly);
      for (const [logicalId, wanted] of settings) {
        const running = sources.get(logicalId);
        if (running !== undefined) running.change(wanted);
        else sources.set(logicalId, startEventSource(wanted, { client, lambda, log }));
      }
      for (const [logicalId, source] of sources) {
        if (settings.has(logicalId)) continue;
        sources.delete(logicalId);
        void source.stop();
      }
    },
    async stop() {
      await Promise.all([...sources.values()].map((source) => source.stop()));
      client.close();
    },
  };
}

interface MappingProperties {
  BatchSize?: number;
  Enabled?: boolean;
  EventSourceArn: string;
  FunctionName: string;
  FunctionResponseTypes?: string[];
  ScalingConfig?: { MaximumConcurrency?: number };
}

function eventSourceSettings(assembly: Assembly): Map<string, EventSourceSettings> {
  const queueUrls = queueUrlsByArn(assembly);
  const settings = new Map<string, EventSourceSettings>();
  for (const [logicalId, { type, properties }] of Object.entries(assembly.resources)) {
    if (type !== 'AWS::Lambda::EventSourceMapping') continue;
    const mapping = assembly.resolve(properties) as MappingProperties;
    const queueUrl = queueUrls.get(mapping.EventSourceArn);
    if (mapping.Enabled === false) continue;
    if (queueUrl === undefined) {
      throw new Error(
        `Cannot run the event source ${logicalId}: ${mapping.EventSourceArn} must be a queue of the stack`,
      );
    }
    settings.set(logicalId, {
      queueUrl,
      queueArn: mapping.EventSourceArn,
      functionName: mapping.FunctionName,
      batchSize: Math.min(maxBatchSize, mapping.BatchSize ?? maxBatchSize),
      maxConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? defaultConcurrency,
      reportsFailures: mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') === true,
    });
  }
  return settings;
}

function queueUrlsByArn(assembly: Assembly): Map<string, string> {
  const queues = Object.entries(assembly.resources).filter(([, { type }]) => type === 'AWS::SQS::Queue');
  return new Map(
    queues.map(([logicalId]) => [
      String(assembly.resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] })),
      String(assembly.resolve({ Ref: logicalId })),
    ]),
  );
}
