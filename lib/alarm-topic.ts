import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Stage } from './stages.ts';

interface AlarmTopicProps {
  stage: Stage;
  /** The stack's name, which its alarms have theirs from. */
  service: string;
}

/** Where alarms are told. Whoever is to hear of them subscribes. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { stage, service }: AlarmTopicProps) {
    super(scope, id);
    const stack = Stack.of(this);
    // This stack's alarms and no other's.
    const alarms = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: {
          'aws:SourceArn': stack.formatArn({
            service: 'cloudwatch',
            resource: 'alarm',
            resourceName: `${service}-*`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    });
    // Alarms cannot use the key that AWS keeps for SNS. Nothing is lost with this one: a topic keeps no messages.
    const key = new Key(this, 'Key', {
      description: `Alarms of ${service}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.grantEncryptDecrypt(alarms);
    this.topic = new Topic(this, 'Topic', { topicName: `${service}-alarms`, masterKey: key, enforceSSL: true });
    this.topic.grantPublish(alarms);
    if (stage.alarmEmail) {
      const subscription = this.topic.addSubscription(new EmailSubscription(stage.alarmEmail));
      acknowledge(subscription, {
        'Serverless-SNSRedrivePolicy':
          'Whoever would read of mail that came back is told by the alarm itself, in the console',
      });
    }
  }
}
