import { parseArgs } from 'node:util';
import { listApiKeys } from '../lambdas/aws/api-keys.ts';
import { createKey, describeKey, revokeKey } from './key-commands.ts';
import { findTarget } from './table-target.ts';

const help = `Makes, lists and revokes API keys.

  npm run keys -- create --tenant NAME [--scopes a,b] [--description TEXT] [--jobs-per-window N]
  npm run keys -- list [--tenant NAME]
  npm run keys -- revoke ID

Scopes: jobs:read, jobs:write, webhooks:read, webhooks:write, admin; all of them where none are named.
Works on the local server where one is running, else on the table of a stack:
  --table NAME    the stack's output TableName; AWS credentials and region as for the aws command. They must allow
                  reading and writing the table, and using the stack's key, where it has one (customerKey)
  --stage NAME    what the keys' prefix says, such as prod
  --json          answers as JSON, for programs
`;

const options = {
  tenant: { type: 'string' },
  scopes: { type: 'string' },
  description: { type: 'string' },
  'jobs-per-window': { type: 'string' },
  table: { type: 'string' },
  stage: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof readArguments>['values'];
const readArguments = (args: string[]) => parseArgs({ args, options, allowPositionals: true });

const verbs = { create, list, revoke };

/** Does what the command line says, and returns what to print. */
async function run(args: string[]): Promise<string> {
  const { values, positionals } = readArguments(args);
  const [verb = '', id, ...more] = positionals;
  if (values.help || verb === 'help') return help;
  if (!Object.hasOwn(verbs, verb) || more.length > 0) {
    throw new Error(`Cannot do "${positionals.join(' ')}": it must be create, list or revoke\n\n${help}`);
  }
  const target = findTarget({ table: values.table, stage: values.stage, env: process.env });
  Object.assign(process.env, target.variables);
  const text = await verbs[verb as keyof typeof verbs]({ values, id, stage: target.stage });
  return values.json ? text : `${text}\n(${target.name})\n`;
}

interface Verb {
  values: Values;
  id: string | undefined;
  stage: string;
}

async function create({ values, stage }: Verb): Promise<string> {
  const { tenant, scopes, description, 'jobs-per-window': jobsPerWindow } = values;
  const { text, key } = await createKey({ tenant, scopes, description, jobsPerWindow }, stage);
  if (values.json) return json({ ...describeKey(key), key: text });
  return `Created ${key.id} for the tenant ${key.tenant}: ${key.scopes.join(', ')}\n\n  ${text}\n\nIt is shown this once: only its SHA-256 is stored.`;
}

async function list({ values }: Verb): Promise<string> {
  const keys = (await listApiKeys(values.tenant)).map(describeKey);
  if (values.json) return json(keys);
  if (keys.length === 0) return 'There are no keys.';
  return keys
    .map(({ id, tenant, scopes, createdAt, revokedAt, description = '', jobsPerWindow }) =>
      [
        `${id}  ${tenant}  ${scopes.join(',')}`,
        `  made ${createdAt}${revokedAt === undefined ? '' : `, revoked ${revokedAt}`}`,
        jobsPerWindow === undefined ? '' : `, ${jobsPerWindow} jobs a window`,
        description && `  ${description}`,
      ].join(''),
    )
    .join('\n');
}

async function revoke({ values, id }: Verb): Promise<string> {
  const key = await revokeKey(id);
  if (values.json) return json({ id: key.id, tenant: key.tenant, revoked: true });
  return `Revoked ${key.id} of the tenant ${key.tenant}. It and every token made from it are refused within 60 s.`;
}

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

try {
  process.stdout.write(await run(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
