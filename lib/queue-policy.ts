import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Queue, QueuePolicy } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

interface QueuePair {
  queue: Queue;
  deadLetters: Queue;
}

/** Has all queues refuse what does not come over TLS: by one policy, for one each would be a resource more for each. */
export function refusePlainHttp(scope: Construct, pairs: QueuePair[]): void {
  const queues = pairs.flatMap(({ queue, deadLetters }) => [queue, deadLetters]);
  new QueuePolicy(scope, 'QueuePolicy', { queues }).document.addStatements(
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sqs:*'],
      // The queue that the policy stands on. All of them by name would be too long for a policy, were there many.
      resources: ['*'],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  );
}
