import { expect, test } from 'vitest';
import { type MetricName, metrics } from '../../protocol/metrics.ts';
import { alarmsTemplateOf, resourcesOf, templateOf } from './sample-stack.ts';

interface Widget {
  type: string;
  width: number;
  properties: { title?: string; metrics?: unknown[][]; alarms?: string[]; markdown?: string };
}

interface Named {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

const refs: Record<string, string> = { 'AWS::Region': 'eu-central-1', 'AWS::AccountId': '1', 'AWS::Partition': 'aws' };
const [[, resource] = []] = resourcesOf('prod', 'AWS::CloudWatch::Dashboard');
const { widgets } = JSON.parse(textOf(resource?.Properties.DashboardBody)) as { widgets: Widget[] };
const metricWidgets = widgets.filter(({ type }) => type === 'metric');

/** A text of the template with names in the place of references. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  return Ref === undefined ? (join?.[1] ?? []).map(textOf).join('') : (refs[Ref] ?? Ref);
}

/** CloudWatch's short form of a graph's metrics: namespace, name, and names and values of dimensions by turns. */
function namedMetrics({ properties }: Widget): Named[] {
  return (properties.metrics ?? []).flatMap((entry) => {
    const texts = entry.filter((part) => typeof part === 'string');
    if (texts.length === 0)
      return (entry as { expression: string }[]).flatMap(({ expression }) => searched(expression));
    const [namespace = '', name = '', ...rest] = texts;
    const dimensions = Object.fromEntries(rest.flatMap((key, i) => (i % 2 === 0 ? [[key, rest[i + 1] ?? '']] : [])));
    return [{ namespace, name, dimensions }];
  });
}

/** What a SEARCH looks for: a schema of dimensions, and the values of some of them. */
function searched(expression: string): Named[] {
  return [...expression.matchAll(/SEARCH\('\{([^}]+)\} ([^']+)'/g)].map(([, schema = '', terms = '']) => {
    const [namespace = '', ...names] = schema.split(',');
    const values = Object.fromEntries([...terms.matchAll(/(\w+)="([^"]+)"/g)].map(([, key, value]) => [key, value]));
    const dimensions = Object.fromEntries(names.map((key) => [key, values[key] ?? '*']));
    return { namespace, name: values.MetricName ?? '', dimensions };
  });
}

const propertyOf = (type: string, name: string) =>
  resourcesOf('prod', type).map(([, { Properties }]) => String(Properties[name]));
const idsOf = (type: string) => resourcesOf('prod', type).map(([id]) => id);
const tableIndexes = resourcesOf('prod', 'AWS::DynamoDB::Table').flatMap(([, { Properties }]) =>
  (Properties.GlobalSecondaryIndexes as { IndexName: string }[]).map(({ IndexName }) => IndexName),
);

/** What each dimension may say, by what the template has. */
const known: Record<string, string[]> = {
  QueueName: propertyOf('AWS::SQS::Queue', 'QueueName'),
  FunctionName: propertyOf('AWS::Lambda::Function', 'FunctionName'),
  ApiName: propertyOf('AWS::ApiGateway::RestApi', 'Name'),
  ApiId: idsOf('AWS::ApiGatewayV2::Api'),
  Stage: [...propertyOf('AWS::ApiGateway::Stage', 'StageName'), ...propertyOf('AWS::ApiGatewayV2::Stage', 'StageName')],
  TableName: idsOf('AWS::DynamoDB::Table'),
  GlobalSecondaryIndexName: tableIndexes,
  Resource: ['/jobs'],
  Method: ['POST'],
  Service: ['jobwire-prod'],
  Type: ['*'],
  Status: ['succeeded', 'failed', 'canceled', 'timed-out'],
};

test.each(metricWidgets.map((widget) => [widget.properties.title ?? '', widget] as const))(
  'ServiceDashboard shows in "%s" what is there',
  (_, widget) => {
    const shown = namedMetrics(widget);
    expect(shown.length).toBeGreaterThan(0);
    for (const { namespace, name, dimensions } of shown) {
      for (const [dimension, value] of Object.entries(dimensions)) expect(known[dimension]).toContain(value);
      if (namespace !== 'Jobwire') continue;
      expect(Object.keys(metrics)).toContain(name);
      const own = metrics[name as MetricName].dimensions as readonly string[];
      expect(Object.keys(dimensions).toSorted()).toEqual([...own].toSorted());
    }
  },
);

test('ServiceDashboard shows every metric that the functions write, every function and every queue', () => {
  const shown = metricWidgets.flatMap(namedMetrics);
  const own = shown.filter(({ namespace }) => namespace === 'Jobwire').map(({ name }) => name);
  expect([...new Set(own)].toSorted()).toEqual(Object.keys(metrics).toSorted());
  for (const dimension of ['FunctionName', 'QueueName']) {
    const named = new Set(shown.map(({ dimensions }) => dimensions[dimension]).filter(Boolean));
    expect([...named].toSorted()).toEqual(known[dimension]?.toSorted());
  }
});

test('ServiceDashboard says that the errors of the authorizer are refusals, too', () => {
  const errors = metricWidgets.find(({ properties }) => properties.title === 'Function errors');
  const labels = errors?.properties.metrics?.map((entry) => (entry.at(-1) as { label: string }).label);
  expect(labels?.filter((label) => label.startsWith('authorize'))).toEqual(['authorize, what it refuses included']);
});

test('ServiceDashboard shows the state of every alarm', () => {
  const alarms = Object.values(alarmsTemplateOf('prod')?.findResources('AWS::CloudWatch::Alarm') ?? {});
  const names = alarms.map(({ Properties }) => `arn:aws:cloudwatch:eu-central-1:1:alarm:${Properties.AlarmName}`);
  const [widget] = widgets.filter(({ type }) => type === 'alarm');
  expect(widget?.properties.alarms?.toSorted()).toEqual(names.toSorted());
});

test('ServiceDashboard keeps each expression within the 2,048 characters of CloudWatch, and each id to one metric', () => {
  for (const { properties } of metricWidgets) {
    const options = (properties.metrics ?? []).map((entry) => entry.at(-1) as { expression?: string; id?: string });
    for (const { expression = '' } of options) expect(expression.length).toBeLessThanOrEqual(2_048);
    const ids = options.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]\w*$/.test(id))).toEqual([]);
  }
});

test('ServiceDashboard fills each row of 24 columns', () => {
  expect(widgets.reduce((sum, { width }) => sum + width, 0) % 24).toBe(0);
});

test('ServiceDashboard is not there where nobody looks at CloudWatch', () => {
  expect(resourcesOf('local', 'AWS::CloudWatch::Dashboard')).toEqual([]);
  expect(templateOf('prod').toJSON().Outputs).toHaveProperty('DashboardUrl');
});
