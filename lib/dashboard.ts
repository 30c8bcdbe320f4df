import { ArnFormat, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  type IWidget,
  PeriodOverride,
  Row,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmRules } from './alarm-rules.ts';
import { costWidgets } from './cost-widgets.ts';
import {
  apiWidgets,
  jobWidgets,
  platformWidgets,
  queueWidgets,
  timeWidgets,
  webhookWidgets,
} from './dashboard-widgets.ts';
import type { Stage } from './stages.ts';
import type { Watched } from './watched-metrics.ts';

interface ServiceDashboardProps {
  stage: Stage;
  watched: Watched;
}

/** How the service does, from what its users meet down to what it stands on; the alarms above all. */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, { stage, watched }: ServiceDashboardProps) {
    super(scope, id);
    const { service } = watched;
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: service,
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.INHERIT,
    });
    const sections: [string, IWidget[]][] = [
      ['Jobs', jobWidgets(watched)],
      ['How long they take', timeWidgets(watched)],
      ['What waits, and what has died', queueWidgets(watched)],
      ['Webhooks and pushes', webhookWidgets(watched)],
      ['What clients meet', apiWidgets(watched)],
      ['What it stands on', platformWidgets(watched)],
      ['What it costs', costWidgets(watched)],
    ];
    dashboard.addWidgets(heading(`# ${service}`), ...(stage.hasAlarms ? [this.alarms(watched)] : []));
    for (const [title, widgets] of sections) {
      dashboard.addWidgets(heading(`## ${title}`));
      dashboard.addWidgets(new Row(...widgets));
    }
    const { region } = Stack.of(this);
    new CfnOutput(scope, 'DashboardUrl', {
      value: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards:name=${service}`,
      description: 'How the service does',
    });
  }

  /** By their names: the alarms are in a stack of their own within. */
  private alarms(watched: Watched): IWidget {
    const alarms = alarmRules(watched).map(({ name }) => {
      const arn = Stack.of(this).formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName: `${watched.service}-${name}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
      return Alarm.fromAlarmArn(this, name, arn);
    });
    return new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 2 + Math.ceil(alarms.length / 6) });
  }
}

function heading(markdown: string): TextWidget {
  return new TextWidget({ markdown, width: 24, height: 1 });
}
