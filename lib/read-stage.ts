import { contextSettings, type SettingName } from './context-settings.ts';
import { getStage, type Stage, type StageDomain, type StageVpc } from './stages.ts';

type Values = { [Name in SettingName]?: NonNullable<ReturnType<(typeof contextSettings)[Name]['read']>> };

/** Context holds CDK's own values too, but those have other letters in their names. */
const ownName = /^[A-Za-z]+$/;

/** The stage that `context` asks for, with what it changes. Throws on the first fault, naming value and cure. */
export function readStage(context: Readonly<Record<string, unknown>>, stageName?: string): Stage {
  if (stageName === undefined && context.stage === 'local') {
    throw new Error(
      'Cannot deploy the stage "local": its functions may reach loopback addresses, write another, as in `cdk deploy -c stage=dev`',
    );
  }
  const stage = getStage(stageName ?? context.stage ?? 'dev');
  const values = readValues(context);
  const { hasAlarms = stage.hasAlarms, firewall = stage.firewall } = flagsOf(values);
  if (values.alarmEmail && !hasAlarms) throw withoutEffect('alarmEmail', 'no alarms', 'alarms=on');
  if (values.runbook && !hasAlarms) throw withoutEffect('runbook', 'no alarms', 'alarms=on');
  if (values.firewallRate && !firewall) throw withoutEffect('firewallRate', 'no firewall', 'firewall=on');
  return { ...stage, ...flagsOf(values), ...figuresOf(values, stage), ...networkOf(values) };
}

/** What `context` gives beside the stage, as the command line would write it; undefined where it gives nothing. */
export function givenSettings(context: Readonly<Record<string, unknown>>): string | undefined {
  const given = Object.keys(contextSettings).filter((name) => context[name] !== undefined);
  return given.length === 0 ? undefined : given.map((name) => `${name}=${context[name]}`).join(' ');
}

function readValues(context: Readonly<Record<string, unknown>>): Values {
  const given = Object.entries(context).filter(([name]) => ownName.test(name) && name !== 'stage');
  return Object.fromEntries(given.map(([name, value]) => [name, readValue(name, value)])) as Values;
}

function readValue(name: string, value: unknown): unknown {
  if (!Object.hasOwn(contextSettings, name)) {
    throw new Error(
      `Cannot use the context value ${name}: there is no such setting, it must be stage or one of ${Object.keys(contextSettings).join(', ')}`,
    );
  }
  const setting = contextSettings[name as SettingName];
  const isPlain = typeof value === 'string' || typeof value === 'number';
  const read = isPlain ? setting.read(String(value).trim()) : undefined;
  if (read !== undefined) return read;
  throw new Error(
    `Cannot use the context value ${name} ${JSON.stringify(value)}: it must be ${setting.mustBe}, as in \`-c ${name}=${setting.example}\``,
  );
}

function flagsOf(values: Values): Partial<Stage> {
  return withoutMissing({
    hasAlarms: values.alarms,
    hasDashboard: values.dashboard,
    hostsConsole: values.console,
    showsGraphqlSchema: values.graphqlIntrospection,
    customerKey: values.customerKey,
    firewall: values.firewall,
  });
}

function figuresOf(values: Values, { throttle }: Stage): Partial<Stage> {
  return withoutMissing({
    alarmEmail: values.alarmEmail,
    runbookUrl: values.runbook,
    firewallRate: values.firewallRate,
    throttle: {
      ratePerSecond: values.requestRate ?? throttle.ratePerSecond,
      burst: values.requestBurst ?? throttle.burst,
    },
    jobsPerWindow: values.jobsPerWindow,
    streamSeconds: values.streamSeconds,
    streamConcurrency: values.streamConcurrency,
    deliveryConcurrency: values.deliveryConcurrency,
    logRetention: values.logRetentionDays,
    logLevel: values.logLevel,
  });
}

function networkOf(values: Values): Partial<Stage> {
  const domain = domainOf(values);
  if (domain && values.restEndpoint) {
    throw new Error(
      `Cannot serve ${domain.rest} from a private REST API: custom domains are for public ones, leave out restDomain or restEndpoint`,
    );
  }
  return withoutMissing({
    account: values.account,
    domain,
    vpc: vpcOf(values),
    restEndpointId: values.restEndpoint,
  });
}

function domainOf({ restDomain, liveDomain, certificate, hostedZone }: Values): StageDomain | undefined {
  if (!restDomain && !liveDomain && !certificate && !hostedZone) return undefined;
  const named = restDomain ?? liveDomain ?? 'a domain';
  const rest = needed('restDomain', restDomain, `serve ${named}`, 'the REST API has no name');
  const live = needed('liveDomain', liveDomain, `serve ${named}`, 'the WebSocket API has no name of its own');
  const certificateArn = needed('certificate', certificate, `serve ${named}`, 'it has no certificate');
  if (rest === live) {
    throw new Error(
      `Cannot serve both APIs from ${rest}: API Gateway wants a name for each, write another for one, as in \`-c liveDomain=live.${rest}\``,
    );
  }
  return { rest, live, certificateArn, ...(hostedZone && { hostedZoneId: hostedZone }) };
}

function vpcOf({ subnets, securityGroups }: Values): StageVpc | undefined {
  if (!subnets && !securityGroups) return undefined;
  const action = 'run the functions in a VPC';
  return {
    subnetIds: needed('subnets', subnets, action, 'nothing says in which subnets'),
    securityGroupIds: needed('securityGroups', securityGroups, action, 'nothing says in which security groups'),
  };
}

function needed<T>(name: SettingName, value: T | undefined, action: string, what: string): T {
  if (value !== undefined) return value;
  const { mustBe, example } = contextSettings[name];
  throw new Error(`Cannot ${action}: ${what}, write ${mustBe}, as in \`-c ${name}=${example}\``);
}

function withoutEffect(name: SettingName, what: string, cure: string): Error {
  return new Error(`Cannot use the context value ${name}: the stage has ${what}, leave it out or write \`-c ${cure}\``);
}

/** Of the values that may be missing, those that are there. */
function withoutMissing<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
