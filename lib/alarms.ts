import { CfnOutput, NestedStack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { alarmRules } from './alarm-rules.ts';
import { AlarmTopic } from './alarm-topic.ts';
import type { Stage } from './stages.ts';
import type { Watched } from './watched-metrics.ts';

interface AlarmsProps {
  stage: Stage;
  watched: Watched;
}

/**
 * The alarms and the topic that they are told on. A stack of their own within the stack: a template holds 500 resources,
 * and job types need them.
 */
export class Alarms extends NestedStack {
  constructor(scope: Construct, id: string, { stage, watched }: AlarmsProps) {
    super(scope, id, { description: `Alarms of ${watched.service}` });
    const { service } = watched;
    const { topic } = new AlarmTopic(this, 'Told', { stage, service });
    const runbook = stage.runbookUrl ?? 'docs/runbook.md';
    const action = new SnsAction(topic);
    for (const { name, heading, says, metric, threshold, comparison, periods, missing } of alarmRules(watched)) {
      const alarm = new Alarm(this, name, {
        alarmName: `${service}-${name}`,
        alarmDescription: `${says} ${runbook}#${heading}`,
        metric,
        threshold,
        comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods ?? 1,
        treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    new CfnOutput(scope, 'AlarmTopic', {
      value: topic.topicArn,
      description: 'Where alarms are told: subscribe to it',
    });
  }
}
