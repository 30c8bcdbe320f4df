import { replaceBetweenMarkers } from '../protocol/tables.ts';
import { contextSettings } from './context-settings.ts';
import { getStage, type Stage, stageNames } from './stages.ts';

/** What each field of a stage is, in words. What only context gives has no column to stand in. */
const fields: Partial<Record<keyof Stage, string>> & Record<RequiredField, string> = {
  name: 'stage',
  keepsData: 'data, queues, secrets and logs outlive the stack; point-in-time recovery and deletion protection',
  emptiesBucket: '`cdk destroy` empties the bucket of payloads',
  logRetention: 'log lines are kept, in days',
  logLevel: 'the least of what functions log',
  throttle: 'requests a second that each method takes (and at once)',
  streamConcurrency: 'environments set aside for each of the two functions that stream',
  streamSeconds: 'one SSE response lasts, in seconds',
  jobsPerWindow: 'jobs that a tenant may submit in a minute, where its key says nothing else',
  deliveryConcurrency: 'calls at once of the function that sends webhooks, ten deliveries each',
  allowLoopback: 'guarded requests may reach the machine itself over plain http',
  hasConsole: 'the console answers at the root of the host of the REST API',
  hostsConsole: 'the console is hosted in a bucket behind CloudFront',
  showsGraphqlSchema: 'GraphQL shows its schema',
  hasAlarms: 'alarms',
  hasDashboard: 'dashboard',
  customerKey: 'a KMS key of its own',
  firewall: 'a web application firewall',
  firewallRate: 'requests that it takes from one IP address in five minutes',
};

type RequiredField = { [Field in keyof Stage]-?: undefined extends Stage[Field] ? never : Field }[keyof Stage];

/** The tables of docs/configuration.md, in Markdown, by the name of their marker. */
function configurationTables(): Record<string, string> {
  const stages = stageNames.map(getStage);
  const rows = (Object.keys(fields) as (keyof Stage)[]).map((field) => [
    fields[field] ?? field,
    ...stages.map((stage) => shown(stage[field])),
  ]);
  const settings = Object.entries(contextSettings).map(([name, { does, mustBe, example }]) => [
    `\`${name}\``,
    does,
    mustBe,
    `\`"${name}": "${example}"\``,
  ]);
  return {
    stages: markdownTable(rows),
    settings: markdownTable([['name', 'what it says', 'must be', 'as in `context`'], ...settings]),
  };
}

/** `text` with its tables as the code has them. */
export function withConfigurationTables(text: string): string {
  return Object.entries(configurationTables()).reduce(replaceBetweenMarkers, text);
}

function shown(value: unknown): string {
  if (value === undefined) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return value.toLocaleString('en-US');
  if (typeof value === 'string') return value;
  const { ratePerSecond, burst } = value as Stage['throttle'];
  return `${shown(ratePerSecond)} (${shown(burst)})`;
}

function markdownTable([head = [], ...rows]: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
