import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type LocalServer, startLocalServer } from '../local-server.ts';

const root = join(import.meta.dirname, '../..');
let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer();
});
afterAll(async () => {
  await server.stop();
});

/** The local server beside a synthesis that is this program. */
function projectWith(synthesis: string): string {
  const project = mkdtempSync(join(tmpdir(), 'jobwire-start-'));
  onTestFinished(() => rmSync(project, { recursive: true }));
  for (const path of ['dev', 'protocol', 'package.json']) {
    cpSync(join(root, path), join(project, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  mkdirSync(join(project, 'bin'));
  writeFileSync(join(project, 'bin/synth-on-change.ts'), synthesis);
  return project;
}

/** Starts another one that is expected to give up, and says how it did. */
async function startInVain(env: Record<string, string>, project = root) {
  const child = spawn(process.execPath, [join(project, 'dev/start.ts')], {
    cwd: project,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  return { code, output, errors };
}

const portOf = (address: string) => new URL(address).port;

describe('npm start', () => {
  test('tells where it is, with a key that works', async () => {
    expect(server).toMatchObject({
      rest: expect.stringMatching(/^http:\/\/localhost:\d+\/v1$/),
      live: expect.stringMatching(/^ws:\/\/localhost:\d+\/live$/),
      console: expect.stringMatching(/^http:\/\/localhost:\d+\/$/),
      key: expect.stringMatching(/^jw_local_[\w-]{43}$/),
      pid: expect.any(Number),
    });
    const response = await fetch(`${server.rest}/jobs`, { headers: { authorization: `Bearer ${server.key}` } });
    expect(response.status).toBe(200);
    expect((await fetch(server.console)).headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect((await fetch(`${server.console}nothing`)).status).toBe(404);
  });

  test('answers on every loopback address that this machine calls localhost', async () => {
    for (const host of ['127.0.0.1', '[::1]']) {
      const response = await fetch(`http://${host}:${portOf(server.rest)}/v1/health`).catch(
        (error) => error.cause.code,
      );
      expect([200, 'EADDRNOTAVAIL', 'ENETUNREACH']).toContain(response.status ?? response);
    }
  });

  test('prints a submit and a poll that work as they are pasted', async () => {
    const [submit = '', poll = ''] = server.output().match(/^ {2}(node -p|curl)[\s\S]*?\n\n/gm) ?? [];
    const submitted = await runShell(submit);
    expect(submitted).toContain('HTTP/1.1 202 Accepted');
    await expect.poll(async () => JSON.parse(await runShell(poll)).status, { timeout: 15_000 }).toBe('succeeded');
    const { output } = JSON.parse(await runShell(poll));
    expect(output.rows).toBe(2000);
    expect(server.output()).toMatch(/POST\s+\/v1\/jobs 202/);
  });

  test('refuses a port that another local server has, and says which process that is', async () => {
    const { code, errors } = await startInVain({ PORT: portOf(server.rest), JOBWIRE_STATE: server.stateFile });
    expect(code).toBe(1);
    expect(errors).toContain(
      `Cannot listen on port ${portOf(server.rest)}: a local server runs there already, as process ${server.pid}`,
    );
    expect(errors).toContain(`PORT=${Number(portOf(server.rest)) + 1} npm start`);
    expect(existsSync(server.stateFile)).toBe(true);
  });

  test('refuses a port that some other program has', async () => {
    const JOBWIRE_STATE = join(mkdtempSync(join(tmpdir(), 'jobwire-state-')), 'local.json');
    const { code, errors } = await startInVain({ PORT: portOf(server.rest), JOBWIRE_STATE });
    expect(code).toBe(1);
    expect(errors).toContain('another program has it');
  });

  test('gives up where the synthesis ends before there is a stack, which requests would wait for', async () => {
    const project = projectWith('process.exit(3);');
    const JOBWIRE_STATE = join(project, 'local.json');
    const { code, output } = await startInVain({ PORT: '0', JOBWIRE_STATE }, project);
    expect(code).toBe(1);
    expect(output).toContain('the synthesis has ended (exit status 3)');
  });

  test.each(['70000', 'http', '-1', '80.5'])('refuses PORT=%s', async (PORT) => {
    const { code, errors } = await startInVain({ PORT });
    expect(code).toBe(1);
    expect(errors).toContain(`Cannot listen on port ${PORT}`);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends cleanly on %s',
    async (signal) => {
      const other = await startLocalServer();
      expect(await other.stop(signal)).toBe(0);
      expect(existsSync(other.stateFile)).toBe(false);
      await expect(fetch(`${other.rest}/health`)).rejects.toThrow();
      expect(other.output()).not.toContain('Cannot');
    },
    60_000,
  );
});

async function runShell(command: string): Promise<string> {
  const child = spawn('sh', ['-c', command], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  return output;
}
