// `npm run deploy:local`: the stack, by the real CDK command line, on an emulator of AWS.
import { parseArgs } from 'node:util';
import { bootstrap, deploy, type Outputs } from './deploy-cdk.ts';
import { type Emulator, emulatorVariables, findEmulator, readEndpoint } from './deploy-emulator.ts';
import { answerStreamsAtTheirEnd } from './deploy-streams.ts';
import { createKey } from './key-commands.ts';

const help = `Deploys the stage "emulator" to the emulator of AWS at AWS_ENDPOINT_URL, and makes a key.

  AWS_ENDPOINT_URL=http://localhost:4566 npm run deploy:local

  --tenant NAME          whose key it is (default: local)
  --context NAME=VALUE   for the CDK app, as often as needed
  --json                 prints the addresses and the key as JSON, for programs
JOBWIRE_TEST_JOBS=1 deploys the job types of the tests, too. docs/deploy.md says how to start an emulator.
`;

const options = {
  tenant: { type: 'string', default: 'local' },
  context: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Does what the command line says, and returns what to print. */
async function run(args: string[]): Promise<string> {
  const { values } = parseArgs({ args, options });
  if (values.help) return help;
  const emulator = await findEmulator(readEndpoint(process.env.AWS_ENDPOINT_URL));
  const env = emulatorVariables(emulator.url, process.env);
  say(`Deploying to ${emulator.name} at ${emulator.url}`);
  await bootstrap({ env });
  const outputs = await deploy({ env, ...(values.context && { context: values.context }) });
  // From here on this process itself speaks to the emulator, and to nothing else.
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env, { TABLE_NAME: outputs.tableName });
  if (emulator.name === 'MiniStack') await answerStreamsAtTheirEnd(emulator.url, outputs.rest);
  const { text: key } = await createKey({ tenant: values.tenant }, 'emulator');
  if (values.json) return `${JSON.stringify({ ...outputs, key })}\n`;
  return welcome(emulator, outputs, key);
}

function welcome({ url, name }: Emulator, { stackName, rest, live, tableName }: Outputs, key: string): string {
  return `
Deployed ${stackName} to ${name} at ${url}

  REST       ${rest}
  WebSocket  ${live}
  Table      ${tableName}
  Key        ${key}

Submit a job:

  curl -sS -i ${rest}/jobs -H 'Authorization: Bearer ${key}' \\
    -H 'Content-Type: application/json' -H 'Prefer: wait=10' \\
    -d '{ "type": "countdown", "input": { "steps": 3, "intervalMs": 500 } }'
`;
}

/** What is going on, beside what is printed at the end. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

try {
  process.stdout.write(await run(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
