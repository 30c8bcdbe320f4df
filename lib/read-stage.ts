import { contextSettings, type SettingName } from './context-settings.ts';
import { getStage, type Stage, type StageDomain, type StageVpc, stageNames } from './stages.ts';

type Context = Readonly<Record<string, unknown>>;

type Values = { [Name in SettingName]?: NonNullable<ReturnType<(typeof contextSettings)[Name]['read']>> };

/** Context holds CDK's own values too, but those have other letters in their names. */
const ownName = /^[A-Za-z]+$/;

/**
 * The stage that `context` asks for, with what it changes. Throws on the first fault, naming value and cure. A setting
 * that has nothing to act on in the stage is no fault: cdk.json is read for all of them.
 */
export function readStage(context: Context, stageName?: string): Stage {
  if (stageName === undefined && context.stage === 'local') {
    throw new Error(
      'Cannot deploy the stage "local": its functions may reach loopback addresses, write another, as in `cdk deploy -c stage=dev`',
    );
  }
  const stage = getStage(stageName ?? context.stage ?? 'dev');
  const values = readValues(settingsFor(stage.name, context));
  const asked: Stage = { ...stage, ...flagsOf(values), ...figuresOf(values, stage), ...networkOf(values) };
  checkDomain(asked);
  return asked;
}

/** What `context` gives to that stage, as the command line would write it; undefined where it gives nothing. */
export function givenSettings(stageName: string, context: Context): string | undefined {
  const settings = settingsFor(stageName, context);
  const given = Object.keys(contextSettings).filter((name) => settings[name] !== undefined);
  return given.length === 0 ? undefined : given.map((name) => `${name}=${settings[name]}`).join(' ');
}

/** What `context` gives to that stage, not read yet: what it gives to every stage, and what stands below the stage's name. */
function settingsFor(stageName: string, context: Context): Context {
  const forAll = Object.fromEntries(
    Object.entries(context).filter(([name]) => ownName.test(name) && name !== 'stage' && !stageNames.includes(name)),
  );
  const own = context[stageName] ?? {};
  if (typeof own !== 'object' || Array.isArray(own)) {
    throw new Error(
      `Cannot use the context value ${stageName} ${JSON.stringify(own)}: it must be an object of settings, as in \`"${stageName}": { "alarms": "on" }\` in cdk.json`,
    );
  }
  // Neither place could win: cdk.json's word to every stage and the command line's look alike here.
  const twice = Object.keys(own).find((name) => Object.hasOwn(forAll, name));
  if (twice !== undefined) {
    throw new Error(
      `Cannot use the context value ${twice} twice: it is given to every stage (by cdk.json or the command line) and to ${stageName}, it must stand in one place`,
    );
  }
  return { ...forAll, ...own };
}

function readValues(settings: Context): Values {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, readValue(name, value)])) as Values;
}

function readValue(name: string, value: unknown): unknown {
  if (!Object.hasOwn(contextSettings, name)) {
    throw new Error(
      `Cannot use the context value ${name}: there is no such setting, it must be stage or one of ${Object.keys(contextSettings).join(', ')}, or the name of a stage (${stageNames.join(', ')}) with settings of its own`,
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
  return withoutMissing({
    account: values.account,
    domain: domainOf(values),
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
  return { rest, live, certificateArn, ...(hostedZone && { hostedZoneId: hostedZone }) };
}

/** Of the whole stage, for a part of it may come from its row and another from context. */
function checkDomain({ domain, restEndpointId }: Stage): void {
  if (!domain) return;
  const { rest, live } = domain;
  if (restEndpointId) {
    throw new Error(
      `Cannot serve ${rest} from a private REST API: custom domains are for public ones, leave out restDomain or restEndpoint`,
    );
  }
  if (rest === live) {
    throw new Error(
      `Cannot serve both APIs from ${rest}: API Gateway wants a name for each, write another for one, as in \`-c liveDomain=live.${rest}\``,
    );
  }
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

/** Of the values that may be missing, those that are there. */
function withoutMissing<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
