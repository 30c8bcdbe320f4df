/** The names of what the stack tells its functions. `lib/` sets them, `lambdas/` reads them, and only here. */
export const environmentNames = [
  /** The one table. */
  'TABLE_NAME',
  /** The payload bucket's address, without a slash at the end. */
  'BUCKET_URL',
  /** A type's queue URL is this, then the type's name, then `.fifo` for ordered types. */
  'QUEUE_URL_PREFIX',
  /** Signs messages and derives job ids. */
  'JOB_SECRET_ARN',
  /** Signs access tokens. */
  'TOKEN_SECRET_ARN',
  /** Seals the secrets of webhooks in the table. */
  'WEBHOOK_SECRET_ARN',
  /** The public REST address, such as https://api.example.com/v1. */
  'REST_URL',
  /** The public WebSocket address, such as wss://live.example.com/live. */
  'LIVE_URL',
  /** The address of the WebSocket API's @connections calls. */
  'LIVE_CALLBACK_URL',
  'CONSOLE_URL',
  /** The stage, which API keys carry in their prefix. */
  'ENVIRONMENT',
  /** The function that executes GraphQL and compiles subscriptions, by its name. */
  'GRAPHQL_FUNCTION',
  /** `1` shows the schema to whoever asks for it. */
  'GRAPHQL_INTROSPECTION',
  /** How long one SSE response lasts, in seconds. */
  'STREAM_SECONDS',
  /** `1` lets guarded requests reach loopback addresses over plain http: the local stage only. */
  'ALLOW_LOOPBACK',
  /** Jobs that one tenant may submit in each window, where its key says nothing else. */
  'JOBS_PER_WINDOW',
  /** The stack's name, by which metrics are told apart. */
  'SERVICE',
  /** The least of what is logged: `debug`, `info`, `warn` or `error`. */
  'LOG_LEVEL',
] as const;

export type EnvironmentName = (typeof environmentNames)[number];

/** The value of `name`; throws, by name, where the stack has not set it. */
export function env(name: EnvironmentName): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Cannot read the environment variable ${name}: the stack must set it`);
  return value;
}

/** The value of `name`, where it is set: for what must go on without. */
export function findEnv(name: EnvironmentName): string | undefined {
  return process.env[name];
}

/** What the platform gives each function, so that requests can be signed without loading a service's client. */
type PlatformName =
  | 'AWS_LAMBDA_FUNCTION_NAME'
  | 'AWS_REGION'
  | 'AWS_ACCESS_KEY_ID'
  | 'AWS_SECRET_ACCESS_KEY'
  | 'AWS_SESSION_TOKEN'
  | 'AWS_ENDPOINT_URL'
  | 'AWS_ENDPOINT_URL_SECRETS_MANAGER'
  | 'AWS_ENDPOINT_URL_LAMBDA';

/** A value that the platform may have set. */
export function platformEnv(name: PlatformName): string | undefined {
  return process.env[name];
}
