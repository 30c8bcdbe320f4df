import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Job } from '../../protocol/types.ts';
import { type LocalServer, startLocalServer } from '../local-server.ts';

const root = join(import.meta.dirname, '../..');
const { PATH = '' } = process.env;

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a script of the project with these variables and no other, where no local server is near. */
export async function run(script: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return promisify(execFile)(process.execPath, [join(root, script), ...args], { cwd: '/', env: { PATH, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}

export interface Operator {
  server: LocalServer;
  ops(...args: string[]): Promise<Ended>;
  /** What a verb that goes well tells programs. */
  json(...args: string[]): Promise<ReturnType<typeof JSON.parse>>;
  makeTenant(tenant: string): Promise<Tenant>;
}

/** A tenant of a test's own, and what its clients do. */
export interface Tenant {
  call(path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>>;
  submit(type: string, input: unknown, more?: object): Promise<Job>;
  read(id: string): Promise<Job>;
  /** A job that used up its runs. */
  makeDeadLetter(): Promise<Job>;
}

/** A local server, and the operator's commands for it. */
export async function startOperator(): Promise<Operator> {
  const server = await startLocalServer();
  const env = { JOBWIRE_STATE: server.stateFile };
  const ops = (...args: string[]) => run('ops/ops.ts', args, env);
  return {
    server,
    ops,
    async json(...args) {
      const { code, stdout, stderr } = await ops(...args, '--json');
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(stdout);
    },
    async makeTenant(tenant) {
      const made = await run('ops/keys.ts', ['create', '--tenant', tenant, '--json'], env);
      return tenantOf(server.rest, JSON.parse(made.stdout).key);
    },
  };
}

function tenantOf(rest: string, key: string): Tenant {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  async function call(path: string, body?: unknown) {
    const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${rest}${path}`, { headers, ...post });
    expect(response.status).toBeLessThan(300);
    return await response.json();
  }
  return {
    call,
    submit: (type, input, more = {}) => call('/jobs', { type, input, ...more }),
    read: (id) => call(`/jobs/${id}`),
    async makeDeadLetter() {
      const { id } = await call('/jobs', { type: 'crash', input: { mode: 'late-throw' } });
      return await until(
        () => call(`/jobs/${id}`),
        ({ done }) => done,
      );
    },
  };
}

/** Looks again until it sees what is good, for 20 s. */
export async function until<Value>(look: () => Promise<Value>, isGood: (value: Value) => boolean): Promise<Value> {
  for (let left = 100; ; left -= 1) {
    const value = await look();
    if (isGood(value)) return value;
    if (left === 0) throw new Error(`Cannot wait any longer: it is ${JSON.stringify(value)}`);
    await pause(200);
  }
}
