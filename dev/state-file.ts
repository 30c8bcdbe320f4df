import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a running local server tells other programs, in `.jobwire/local.json`. */
export interface LocalState {
  rest: string;
  live: string;
  console: string;
  key: string;
  pid: number;
  /** For the operator's commands. */
  aws: { stackName: string; tableName: string; dynamodbUrl: string; lambdaUrl: string; region: string };
}

/** Writes it whole or not at all, readable by its owner only: it holds a key. */
export function writeState(file: string, state: LocalState): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${state.pid}`;
  writeFileSync(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** The state of the server that wrote `file` and is still there, if any. */
export function findRunningState(file: string): LocalState | undefined {
  const state = readState(file);
  return state !== undefined && isAlive(state.pid) ? state : undefined;
}

/** Removes the state of process `pid`; another server's stays. */
export function removeState(file: string, pid: number): void {
  if (readState(file)?.pid === pid) rmSync(file, { force: true });
}

function readState(file: string): LocalState | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
