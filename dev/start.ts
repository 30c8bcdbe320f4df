// `npm start`: runs the synthesized stack on this machine, and again at each save.
import { dirname, join, relative } from 'node:path';
import { buildConsole } from './build-console.ts';
import { createLocalKey } from './create-key.ts';
import { PortTakenError } from './front-door/listen.ts';
import { type LocalServer, startLocalServer } from './local-server.ts';
import { colours } from './log/colours.ts';
import { createLog } from './log/log.ts';
import { findRunningState, type LocalState, removeState, writeState } from './state-file.ts';
import { startSynthesis } from './synthesis/synthesis.ts';
import { welcome } from './welcome.ts';

const root = join(import.meta.dirname, '..');
const stateFile = process.env.JOBWIRE_STATE ?? join(root, '.jobwire/local.json');
const log = createLog(process.stdout, { isRaw: process.env.JOBWIRE_LOG === 'json' });
const paint = colours(process.stdout);
let isAnswering = false;
let key: string | undefined;

const port = readPort(process.env.PORT ?? '8202');
const server = await startLocalServer({
  port,
  log,
  onFault: fail,
  secretsFile: join(dirname(stateFile), 'secrets.json'),
  key: () => key,
  buildConsole: () => buildConsole(root),
}).catch(refuse);
const synthesis = startSynthesis(root, {
  onSynthesized: (directory) => {
    loading = loading.then(() => load(server, directory)).catch(fail);
  },
  onFailed: (message) => {
    log.error('synth', message);
    // A save may mend it, where saves are looked for.
    if (!isAnswering && process.env.JOBWIRE_RELOAD === '0') void stop(1);
  },
  onEnded: (message) => {
    log.error('synth', message);
    // Requests would wait for a stack that never comes.
    if (!isAnswering) void stop(1);
  },
  onLine: (line) => log.warn('synth', line),
});
let loading = Promise.resolve();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop(0));
process.on('exit', () => removeState(stateFile, process.pid));
// Whoever read the log may leave (npm start | head); the server does not leave with them.
process.stdout.on('error', () => undefined);

function readPort(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  console.error(`Cannot listen on port ${text}: it is no port, PORT must be 0 to 65535`);
  process.exit(1);
}

function refuse(error: unknown): never {
  if (!(error instanceof PortTakenError)) throw error;
  const running = findRunningState(stateFile);
  const isOurs = running?.rest.includes(`:${error.port}/`) === true;
  const who = isOurs ? `a local server runs there already, as process ${running.pid}` : 'another program has it';
  const how = isOurs ? `Stop that one (kill ${running.pid})` : 'Stop that program';
  console.error(`Cannot listen on port ${error.port}: ${who}.`);
  console.error(`${how}, or take another port: PORT=${error.port + 1} npm start (PORT=0 picks a free one).`);
  process.exit(1);
}

async function load(local: LocalServer, directory: string): Promise<void> {
  const beganAtMs = performance.now();
  let loaded: Awaited<ReturnType<LocalServer['load']>>;
  try {
    loaded = await local.load(directory);
  } catch (error) {
    log.error('reload', error instanceof Error ? error.message : String(error));
    return;
  }
  if (isAnswering) {
    const what = loaded.changed.length === 0 ? 'nothing changed' : loaded.changed.join(', ');
    log.info('reload', `${what} ${paint.dim(`(${Math.round(performance.now() - beganAtMs)} ms)`)}`);
    return;
  }
  const tableName = loaded.assembly.outputs.TableName ?? '';
  const { dynamodbUrl, lambdaUrl } = local;
  key = await createLocalKey({ root, tableName, dynamodbUrl });
  announce({
    rest: `http://localhost:${local.port}/v1`,
    live: `ws://localhost:${local.port}/live`,
    console: `http://localhost:${local.port}/`,
    key,
    pid: process.pid,
    aws: { stackName: loaded.assembly.stackName, tableName, dynamodbUrl, lambdaUrl, region: 'us-east-1' },
  });
}

function announce(state: LocalState): void {
  isAnswering = true;
  const former = findRunningState(stateFile);
  writeState(stateFile, state);
  // Counted from the process's start, so that nothing that a user waits for is left out.
  console.log(welcome(state, (performance.now() / 1000).toFixed(1), paint));
  const place = relative(process.cwd(), stateFile);
  const taken = former && `${place} was that of process ${former.pid} at ${former.rest}, which still runs`;
  if (taken) log.warn('ready', `${taken}: JOBWIRE_STATE=<file> keeps them apart`);
  const reloads = process.env.JOBWIRE_RELOAD === '0' ? '' : 'reloads at each save; ';
  log.info('ready', `${place} says where; ${reloads}Ctrl-C stops`);
}

function fail(error: unknown): void {
  log.error('fault', error instanceof Error ? (error.stack ?? error.message) : String(error));
  void stop(1);
}

async function stop(exitCode: number): Promise<void> {
  removeState(stateFile, process.pid);
  synthesis.stop();
  // A second Ctrl-C does not wait for clients to say good-bye.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(exitCode));
  await server.stop();
  process.exit(exitCode);
}
