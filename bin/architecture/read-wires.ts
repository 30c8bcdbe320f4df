/** What a picture of the stack shows, as its templates have it. */
export interface Wires {
  functions: WiredFunction[];
  /** Each with the queue that takes what it could not have processed. */
  queues: WiredQueue[];
  rest: { operations: number };
  live: { routes: string[] };
  schedule: string | undefined;
  table: { indexes: string[] };
  secrets: string[];
  /** Whether the stack has them at all: how many is for their own page. */
  has: { alarms: boolean; dashboard: boolean; consoleSite: boolean; firewall: boolean };
}

export interface WiredFunction {
  name: string;
  /** Who calls it. A queue is named. */
  callers: ('rest' | 'rest authorizer' | 'live' | 'live authorizer' | 'schedule' | `queue ${string}` | 'function')[];
  uses: Use[];
}

export type Use = 'table' | 'bucket' | 'secrets' | 'jobs' | 'deliveries' | 'sockets';

export interface WiredQueue {
  name: string;
  ordered: boolean;
  deadLetters: string | undefined;
}

export interface Template {
  Resources: Record<string, Resource>;
}

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

/** Reads the wires out of a stack's templates: `stackName` is what its functions' and queues' names begin with. */
export function readWires(templates: Template[], stackName: string): Wires {
  const resources = Object.assign({}, ...templates.map(({ Resources }) => Resources)) as Template['Resources'];
  const ids = (type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type);
  const properties = (id: string) => resources[id]?.Properties ?? {};
  const ownName = (name: unknown) => String(name).replace(`${stackName}-`, '');
  const hasAny = (type: string) => ids(type).length > 0;
  /** Those of `type` that the definition of any of `among` names. */
  const namedBy = (among: string[], type: string) =>
    new Set(among.flatMap((id) => [...mentions(properties(id))].filter((other) => resources[other]?.Type === type)));
  const queueNames = Object.fromEntries(ids('AWS::SQS::Queue').map((id) => [id, ownName(properties(id).QueueName)]));
  /** What a function's role holds itself, and what is attached to it. */
  const grantsOf = (functionId: string) => {
    const [role = ''] = namedBy([functionId], 'AWS::IAM::Role');
    const attached = ids('AWS::IAM::Policy')
      .map(properties)
      .filter(({ Roles }) => mentions(Roles).has(role));
    const inline = (properties(role).Policies ?? []) as Record<string, unknown>[];
    return [...inline, ...attached].flatMap(statementsOf);
  };
  const integrated = {
    rest: namedBy(ids('AWS::ApiGateway::Method'), 'AWS::Lambda::Function'),
    'rest authorizer': namedBy(ids('AWS::ApiGateway::Authorizer'), 'AWS::Lambda::Function'),
    live: namedBy(ids('AWS::ApiGatewayV2::Integration'), 'AWS::Lambda::Function'),
    'live authorizer': namedBy(ids('AWS::ApiGatewayV2::Authorizer'), 'AWS::Lambda::Function'),
    schedule: namedBy(ids('AWS::Events::Rule'), 'AWS::Lambda::Function'),
  };

  const functions = ids('AWS::Lambda::Function').map((id): WiredFunction => {
    const sources = ids('AWS::Lambda::EventSourceMapping').filter((source) => mentions(properties(source)).has(id));
    const callers = [
      ...Object.entries(integrated).flatMap(([caller, called]) => (called.has(id) ? [caller] : [])),
      ...[...namedBy(sources, 'AWS::SQS::Queue')].map((queue) => `queue ${queueNames[queue]}`),
    ] as WiredFunction['callers'];
    return { name: ownName(properties(id).FunctionName), callers, uses: usesOf(grantsOf(id), queueNames) };
  });

  const methods = ids('AWS::ApiGateway::Method').map(properties);
  const tables = ids('AWS::DynamoDB::Table').map(properties);
  const indexes = tables.flatMap(({ GlobalSecondaryIndexes }) => GlobalSecondaryIndexes as { IndexName: string }[]);
  return {
    functions: functions.filter(({ name }) => name !== 'undefined'),
    queues: readQueues(ids('AWS::SQS::Queue'), { properties, queueNames }),
    rest: { operations: methods.filter(({ HttpMethod }) => HttpMethod !== 'OPTIONS' && HttpMethod !== 'ANY').length },
    live: { routes: ids('AWS::ApiGatewayV2::Route').map((id) => String(properties(id).RouteKey)) },
    schedule: ids('AWS::Events::Rule').map((id) => String(properties(id).ScheduleExpression))[0],
    table: { indexes: indexes.map(({ IndexName }) => IndexName) },
    secrets: ids('AWS::SecretsManager::Secret').map((id) => String(properties(id).Description)),
    has: {
      alarms: hasAny('AWS::CloudWatch::Alarm'),
      dashboard: hasAny('AWS::CloudWatch::Dashboard'),
      consoleSite: hasAny('AWS::CloudFront::Distribution'),
      firewall: hasAny('AWS::WAFv2::WebACL'),
    },
  };
}

interface Queues {
  properties(id: string): Record<string, unknown>;
  queueNames: Record<string, string>;
}

function readQueues(ids: string[], { properties, queueNames }: Queues): WiredQueue[] {
  const deadOf = (id: string) => [...mentions(properties(id).RedrivePolicy)].find((other) => other in queueNames);
  const dead = new Set(ids.map(deadOf));
  return ids
    .filter((id) => !dead.has(id))
    .map((id) => {
      const deadId = deadOf(id);
      const name = String(queueNames[id]);
      return { name, ordered: name.endsWith('.fifo'), deadLetters: deadId && queueNames[deadId] };
    });
}

/** The logical ids that a definition refers to. */
function mentions(value: unknown): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...mentions(item)]));
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key === 'Ref') return [String(inner)];
      if (key === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner)];
      return [...mentions(inner)];
    }),
  );
}

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

function statementsOf({ PolicyDocument }: Record<string, unknown>): Statement[] {
  return (PolicyDocument as { Statement: Statement[] }).Statement;
}

const useOf: Record<Exclude<Use, 'jobs' | 'deliveries'>, RegExp> = {
  table: /^dynamodb:/,
  bucket: /^s3:(Get|Put)Object/,
  secrets: /^secretsmanager:/,
  sockets: /^execute-api:/,
};

function usesOf(statements: Statement[], queueNames: Record<string, string>): Use[] {
  const actions = statements.flatMap(({ Action }) => Action);
  const fed = statements
    .filter(({ Action }) => [Action].flat().includes('sqs:SendMessage'))
    .flatMap(({ Resource }) => [...mentions(Resource)].map((id) => queueNames[id] ?? ''));
  const isOwn = (name: string) => name.startsWith('_');
  const plain = Object.entries(useOf).filter(([, pattern]) => actions.some((action) => pattern.test(action)));
  return [
    ...plain.map(([use]) => use as Use),
    ...(fed.some((name) => !isOwn(name)) ? ['jobs' as const] : []),
    ...(fed.some(isOwn) ? ['deliveries' as const] : []),
  ];
}
