import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { deliveryQueueNames } from '../../lib/delivery-queue.ts';
import { functionNames } from '../../lib/functions.ts';
import { queueName } from '../../lib/job-queue.ts';
import { oldestMessageSeconds } from '../../lib/type-alarm-rules.ts';
import { metrics } from '../../protocol/metrics.ts';
import {
  alarmsTemplateOf,
  functionOf,
  resourcesOf,
  sampleTypes,
  synthesizeSample,
  templateOf,
} from './sample-stack.ts';

interface Metric {
  Namespace: string;
  MetricName: string;
  Dimensions?: { Name: string; Value: unknown }[];
}

interface Alarm {
  AlarmName: string;
  AlarmDescription: string;
  Threshold: number;
  EvaluationPeriods: number;
  TreatMissingData: string;
  AlarmActions: unknown[];
  OKActions: unknown[];
  Metrics?: { Id: string; MetricStat?: { Metric: Metric; Period: number; Stat: string }; Expression?: string }[];
  Namespace?: string;
  MetricName?: string;
  Dimensions?: Metric['Dimensions'];
}

/** On one line, for a page breaks its lines where it likes. */
const readDoc = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../docs/${name}.md`), 'utf8').replaceAll(/\s+/g, ' ');
const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, text = '']) => anchorOf(text));
const template = alarmsTemplateOf('prod');
const alarms = Object.values(template?.findResources('AWS::CloudWatch::Alarm') ?? {}).map(
  ({ Properties }) => Properties as Alarm,
);
const shortName = ({ AlarmName }: Alarm) => AlarmName.replace('jobwire-prod-', '');
const headingOf = ({ AlarmDescription }: Alarm) => /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1];

/** As GitHub makes the address of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function metricsOf({ Metrics, Namespace = '', MetricName = '', Dimensions }: Alarm): Metric[] {
  if (!Metrics) return [{ Namespace, MetricName, ...(Dimensions && { Dimensions }) }];
  return Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
}

const dimension = ({ Dimensions = [] }: Metric, name: string) => Dimensions.find(({ Name }) => Name === name)?.Value;
const watches = (alarm: Alarm, metricName: string, value: string) =>
  metricsOf(alarm).some(
    (metric) => metric.MetricName === metricName && metric.Dimensions?.some(({ Value }) => Value === value),
  );

test('Alarms of the sample types are these', () => {
  // Ten functions share an alarm on errors; those of one are answers.
  const count = functionNames.length - 1 + Object.keys(sampleTypes).length;
  const groups = Array.from({ length: Math.ceil(count / 10) }, (_, index) => index + 1);
  expect(alarms.map(shortName).toSorted()).toEqual([
    'dead-deliveries',
    'dead-letters-ledger',
    'dead-letters-resize-image',
    'failing-deliveries',
    ...groups.map((group) => `failing-functions-${group}`),
    'failing-pushes',
    'failing-requests',
    'failing-websockets',
    'missed-minutes',
    'oldest-delivery',
    'oldest-message-ledger',
    'oldest-message-resize-image',
    'slow-accepts',
    'throttled-functions',
    'throttled-table',
  ]);
});

test('Alarms are there in dev as in prod, and not where they can ring for nobody', () => {
  expect(alarmsTemplateOf('dev')).toBeDefined();
  expect(alarmsTemplateOf('local')).toBeUndefined();
});

describe('the runbook', () => {
  test.each(alarms.map((alarm) => [shortName(alarm), alarm] as const))('has a heading for %s', (_, alarm) => {
    expect(headings).toContain(headingOf(alarm));
  });

  test.each(headings)('has an alarm for its heading %s', (heading) => {
    expect(alarms.map(headingOf)).toContain(heading);
  });

  test('has each heading once, with what it means, how to see, decide and mend, and what is due afterwards', () => {
    expect(new Set(headings).size).toBe(headings.length);
    const [, ...sections] = runbook.split(/^## /m);
    for (const section of sections) {
      const parts = [...section.matchAll(/^\*\*(.+?)\*\*/gm)].map(([, name]) => name);
      expect([section.split('\n')[0], ...parts]).toEqual([
        section.split('\n')[0],
        'What it means.',
        'See.',
        'Decide.',
        'Mend.',
        'Afterwards.',
      ]);
    }
  });
});

test('the runbook names every function that the rule of each minute calls, and that misses its minutes', () => {
  const [[, rule] = []] = resourcesOf('prod', 'AWS::Events::Rule');
  const targets = JSON.stringify(rule?.Properties.Targets);
  const called = functionNames.filter((name) => targets.includes(functionOf('prod', name)[0]));
  const [, section = ''] = /^## Missed minutes\n([\s\S]*)/m.exec(runbook) ?? [];
  expect(called.length).toBeGreaterThan(2);
  expect(called.filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
});

test('every dead-letter queue has its alarm, at the first message, whether it stands there or has been taken', () => {
  const dead = resourcesOf('prod', 'AWS::SQS::Queue').map(([, { Properties }]) => String(Properties.QueueName));
  const names = dead.filter((name) => /-dead(\.fifo)?$/.test(name));
  expect(names.toSorted()).toEqual(
    [
      ...Object.values(sampleTypes).map((type) => queueName('jobwire-prod', type, true)),
      deliveryQueueNames('jobwire-prod').deadLetters,
    ].toSorted(),
  );
  for (const name of names) {
    const alarm = alarms.find((each) => watches(each, 'ApproximateNumberOfMessagesVisible', name));
    expect(alarm).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
    expect(alarm && watches(alarm, 'NumberOfMessagesReceived', name)).toBe(true);
  }
});

test('every queue of work has an alarm on the age of its oldest message', () => {
  const queues = resourcesOf('prod', 'AWS::SQS::Queue').map(([, { Properties }]) => String(Properties.QueueName));
  for (const name of queues.filter((queue) => !/-dead(\.fifo)?$/.test(queue))) {
    expect(alarms.filter((alarm) => watches(alarm, 'ApproximateAgeOfOldestMessage', name))).toHaveLength(1);
  }
});

const { limits: defaults } = sampleTypes['resize-image'];

test.each([
  // 900 of delay, 605 of a batch, two more runs of 60, pauses of 5 and 10.
  ['a type with the default limits', {}, false, 1_800],
  ['an ordered one, which takes no delay', { batch: 1 }, true, 300],
  ['one whose runs last long', { batch: 1, timeoutSeconds: 890 }, false, 3_600],
  // SQS counts a message no more once it has been received three times.
  ['one with many runs', { maxRuns: 25, maxBackoffSeconds: 60 }, false, 1_800],
  ['an ordered one with many runs', { batch: 1, maxRuns: 10, maxBackoffSeconds: 60 }, true, 1_200],
])('oldestMessageSeconds() of %s is what no message reaches while all is well', (_, limits, ordered, seconds) => {
  expect(oldestMessageSeconds({ limits: { ...defaults, ...limits }, ordered })).toBe(seconds);
});

test('the alarm on the oldest message has the threshold of its type', () => {
  for (const type of Object.values(sampleTypes)) {
    const alarm = alarms.find((each) => shortName(each) === `oldest-message-${type.name}`);
    expect(alarm?.Threshold).toBe(oldestMessageSeconds(type));
  }
});

const functionsOfProd = resourcesOf('prod', 'AWS::Lambda::Function').map(([id, { Properties }]) => ({
  id,
  name: String(Properties.FunctionName),
  hasLimit: Properties.ReservedConcurrentExecutions !== undefined,
}));

test('every function is watched for errors, but for the authorizer, which refuses a wrong credential by one', () => {
  for (const { name } of functionsOfProd) {
    const watching = alarms.filter((alarm) => watches(alarm, 'Errors', name)).map(shortName);
    expect([name, watching]).toEqual([name, name === 'jobwire-prod-authorize' ? [] : [expect.any(String)]]);
  }
});

test('watched for throttles is what can be turned away alone, and what is called each minute though nobody asks', () => {
  const [[, rule] = []] = resourcesOf('prod', 'AWS::Events::Rule');
  const targets = JSON.stringify(rule?.Properties.Targets);
  const must = functionsOfProd.filter(({ id, hasLimit }) => hasLimit || targets.includes(id));
  expect(must.length).toBeGreaterThanOrEqual(5);
  for (const { name } of must) {
    expect([name, alarms.filter((alarm) => watches(alarm, 'Throttles', name)).map(shortName)]).toEqual([
      name,
      ['throttled-functions'],
    ]);
  }
});

// CloudWatch bills each metric of an alarm, not each alarm.
test('what the alarms of three types cost is what docs/cost.md and docs/operate.md say', () => {
  const metricsOfTypes = (count: number) => {
    const types = Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`type-${n}`, { ...sampleTypes['resize-image'], name: `type-${n}` }]),
    );
    const made = synthesizeSample('prod', { types }).alarms?.findResources('AWS::CloudWatch::Alarm') ?? {};
    return Object.values(made).flatMap(({ Properties }) => metricsOf(Properties as Alarm)).length;
  };
  const three = metricsOfTypes(3);
  const ofType = metricsOfTypes(4) - three;
  const bill = `| ${three} metrics that alarms are made of, $0.10 each | $${(three / 10).toFixed(2)} |`;
  expect(readDoc('cost')).toContain(bill);
  expect(readDoc('cost')).toContain(`two queues and ${ofType} metrics of alarms`);
  expect(readDoc('operate')).toContain(`${ofType} for each job type, ${three - 3 * ofType} for the rest`);
});

test('an alarm on nothing at all is silent, but for the one on what runs each minute', () => {
  const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
  expect(breaching.map((alarm) => [shortName(alarm), alarm.TreatMissingData])).toEqual([
    ['missed-minutes', 'breaching'],
  ]);
});

test('no alarm is made of more than ten metrics, and each says what it is about in 1,024 characters', () => {
  for (const alarm of alarms) {
    expect(metricsOf(alarm).length).toBeLessThanOrEqual(10);
    expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1_024);
  }
});

test('alarms on metrics of our own name them as the functions write them', () => {
  const own = alarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === 'Jobwire');
  expect(own.length).toBeGreaterThan(0);
  for (const metric of own) {
    const { dimensions } = metrics[metric.MetricName as keyof typeof metrics];
    expect(metric.Dimensions?.map(({ Name }) => Name).toSorted()).toEqual([...dimensions].toSorted());
    expect(dimension(metric, 'Service')).toBe('jobwire-prod');
  }
});

test('alarms on the REST API and its stage name those that the template has', () => {
  const [[, api] = []] = resourcesOf('prod', 'AWS::ApiGateway::RestApi');
  const [[, stage] = []] = resourcesOf('prod', 'AWS::ApiGateway::Stage');
  const onApi = alarms.flatMap(metricsOf).filter((metric) => dimension(metric, 'ApiName') !== undefined);
  expect(onApi.length).toBeGreaterThan(0);
  for (const metric of onApi) {
    expect(dimension(metric, 'ApiName')).toBe(api?.Properties.Name);
    expect(dimension(metric, 'Stage')).toBe(stage?.Properties.StageName);
  }
});

describe('the topic', () => {
  test('is encrypted, takes nothing but over TLS, and from alarms of this stack alone', () => {
    const source = { 'Fn::Join': ['', Match.arrayWith([':alarm:jobwire-prod-*'])] };
    const conditions = {
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      ArnLike: { 'aws:SourceArn': source },
    };
    template?.hasResourceProperties('AWS::SNS::Topic', {
      TopicName: 'jobwire-prod-alarms',
      KmsMasterKeyId: Match.anyValue(),
    });
    template?.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: conditions,
          }),
        ]),
      },
    });
    template?.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal: { Service: 'cloudwatch.amazonaws.com' }, Condition: conditions }),
        ]),
      },
    });
  });

  test('hears of every alarm, and of its end', () => {
    const [id = ''] = Object.keys(template?.findResources('AWS::SNS::Topic') ?? {});
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toEqual([{ Ref: id }]);
      expect(OKActions).toEqual([{ Ref: id }]);
    }
    expect(templateOf('prod').toJSON().Outputs).toHaveProperty('AlarmTopic');
  });
});
