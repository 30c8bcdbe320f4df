import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startLambda } from '../../../dev/lambda/lambda.ts';
import { quietLog } from '../quiet-log.ts';
import { functionResource, sampleAssembly } from '../sample-assembly.ts';

/** Tells its process, then never hears anything again. */
const loop = `exports.handler = async () => { console.log('pid ' + process.pid); for (;;) {} };`;
/** Longer than any of these tests. */
const Timeout = 60;
const assemblyOf = (code: string) =>
  sampleAssembly({ code: { code }, resources: { Loop: functionResource('code', { Timeout }) } });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The process that a line tells of; it does not outlive the test. */
function pidIn(line: string): number {
  const pid = Number(/pid (\d+)/.exec(line)?.[1]);
  onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')));
  return pid;
}

test('stop() ends what loops for ever on code that was replaced', async () => {
  const log = quietLog();
  const lambda = startLambda({ log, endpoints: {}, cpu: { isSaturated: () => false } });
  lambda.load(assemblyOf(loop));
  const answer = lambda.invoke('Loop', {});
  await expect.poll(() => log.lines.join(), { timeout: 10_000 }).toContain('pid ');
  const pid = pidIn(log.lines.join());
  lambda.load(assemblyOf(`${loop} // saved`));
  expect(isAlive(pid)).toBe(true);

  lambda.stop();
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(await answer).toMatchObject({ ok: false });
});

test('what loops for ever ends with the server, however that ends', async () => {
  const urlOf = (path: string) => pathToFileURL(`${import.meta.dirname}/${path}`).href;
  const server = spawn(process.execPath, ['--input-type=module', '--eval', serverIn(urlOf)]);
  onTestFinished(() => void server.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  const pid = pidIn(String(line));
  await once(server, 'exit');
  await expect.poll(() => isAlive(pid)).toBe(false);
});

/** A server whose functions run `loop`, and that ends by an error that nobody catches once they do. */
function serverIn(urlOf: (path: string) => string): string {
  return `
    import { startLambda } from ${JSON.stringify(urlOf('../../../dev/lambda/lambda.ts'))};
    import { functionResource, sampleAssembly } from ${JSON.stringify(urlOf('../sample-assembly.ts'))};
    const functionLine = (_, text) => { console.log(text); setTimeout(() => { throw new Error('a fault'); }, 100); };
    const lambda = startLambda({ log: { functionLine, error() {} }, endpoints: {} });
    const code = { loop: ${JSON.stringify(loop)} };
    lambda.load(sampleAssembly({ code, resources: { Loop: functionResource('loop', { Timeout: ${Timeout} }) } }));
    void lambda.invoke('Loop', {});`;
}
