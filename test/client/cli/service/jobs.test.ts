import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job, JobEvent } from '../../../../protocol/types.ts';
import { localTarget } from '../../../contract/local-target.ts';
import { jobwire, jsonLines, startJobwire } from '../run-jobwire.ts';

const jobId = /^job_[a-z2-7]{26}$/;
const folder = mkdtempSync(join(tmpdir(), 'jobwire-jobs-'));
let env: Record<string, string>;

beforeAll(async () => {
  const { url, key } = await localTarget('cli-jobs');
  env = { JOBWIRE_URL: url, JOBWIRE_KEY: key };
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => jobwire(args, { env });

async function submitted(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run('submit', ...args);
  expect(stderr).toContain('watch it with');
  return stdout.trim();
}

async function getJob(id: string): Promise<Job> {
  return JSON.parse((await run('get', id, '--json')).stdout);
}

describe('jobwire submit', () => {
  test('prints the id alone on standard output, and how to go on beside it', async () => {
    const { code, stdout, stderr } = await run('submit', 'echo', 'value=1');
    expect({ code, id: stdout.trim() }).toEqual({ code: 0, id: expect.stringMatching(jobId) });
    expect(stderr).toContain(`jobwire watch ${stdout.trim()}`);
  });

  test.each<[string, string[], object]>([
    ['key=value by the schema of the type', ['countdown', 'steps=2', 'intervalMs=0'], { steps: 2, intervalMs: 0 }],
    ['--input key=value', ['countdown', '--input', 'steps=2', 'intervalMs=0'], { steps: 2, intervalMs: 0 }],
    ['JSON text', ['echo', '--input', '{"value":{"a":[1]}}'], { value: { a: [1] } }],
    ['JSON text with a field set in it', ['echo', '--input', '{"value":1}', 'value=two'], { value: 'two' }],
    [
      'a list',
      ['link-check', 'urls=https://a.invalid', 'urls=https://b.invalid'],
      { urls: ['https://a.invalid', 'https://b.invalid'] },
    ],
  ])('takes the input as %s', async (_, args, input) => {
    const { stdout } = await run('submit', ...args, '--json');
    expect((await getJob((JSON.parse(stdout) as Job).id)).input).toEqual(input);
  });

  test('takes the input from a file and from standard input', async () => {
    writeFileSync(join(folder, 'input.json'), '\ufeff{"value":"of a file"}');
    const byFile = await jobwire(['submit', 'echo', '--input', '@input.json', '--watch'], { env, cwd: folder });
    expect(JSON.parse(byFile.stdout)).toEqual({ value: 'of a file' });
    const byPipe = await jobwire(['submit', 'echo', '--input', '-', '--watch'], {
      env,
      input: '{"value":"of a pipe"}',
    });
    expect(JSON.parse(byPipe.stdout)).toEqual({ value: 'of a pipe' });
  });

  test('uploads a file into the field that takes it', async () => {
    writeFileSync(join(folder, 'data.csv'), 'name,count\na,1\nb,2\n');
    const { code, stdout } = await jobwire(['submit', 'csv-profile', '--file', 'data.csv', '--watch'], {
      env,
      cwd: folder,
    });
    expect({ code, output: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      output: { rows: 2, columns: [{ name: 'name' }, { name: 'count', type: 'integer' }] },
    });
    const named = await jobwire(['submit', 'echo', '--file', 'value=data.csv', '--json'], { env, cwd: folder });
    expect(JSON.parse(named.stdout).type).toBe('echo');
  });

  test('hands on what is asked for beside the input', async () => {
    const { stdout } = await run(
      ...['submit', 'ordered-echo', 'value=1', '--order-key', 'k', '--deadline', '600'],
      ...['--metadata', 'team=data', '--metadata', 'note=a=b', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({ metadata: { team: 'data', note: 'a=b' } });
  });

  test('gives the same job for the same key', async () => {
    const line = ['echo', 'value=1', '--idempotency-key', `k${Date.now()}`];
    expect(await submitted(...line)).toBe(await submitted(...line));
  });

  test('waits as long as --delay says', async () => {
    const id = await submitted('echo', 'value=1', '--delay', '600');
    expect((await getJob(id)).status).toBe('queued');
    expect((await run('cancel', id)).stderr).toContain(`${id} is canceled.`);
  });

  test('--watch --json prints the events, one a line', async () => {
    const { code, stdout, stderr } = await run('submit', 'countdown', 'steps=3', 'intervalMs=20', '--watch', '--json');
    const events = jsonLines(stdout) as JobEvent[];
    const types = events.map(({ type }) => type).filter((type) => type !== 'job.progress');
    expect({ code, stderr, types }).toEqual({
      code: 0,
      stderr: '',
      types: ['job.queued', 'job.running', 'job.output', 'job.output', 'job.output', 'job.succeeded'],
    });
  });
});

describe('jobwire watch', () => {
  test('tells in plain lines what happens, and prints the output alone', async () => {
    const id = await submitted('countdown', 'steps=2', 'intervalMs=50');
    const { code, stdout, stderr } = await run('watch', id);
    expect({ code, output: JSON.parse(stdout) }).toEqual({ code: 0, output: { steps: 2 } });
    expect(stderr).toMatch(
      /○ queued {5}countdown\n.*● running\n[\s\S]*▸ part {7}\{"step":1,"left":1\}[\s\S]*✓ succeeded {2}after \d/,
    );
    expect(stderr).not.toContain('\u001b');
  });

  test('goes on after a cursor', async () => {
    const id = await submitted('countdown', 'steps=2', 'intervalMs=0');
    await run('watch', id);
    const all = jsonLines((await run('watch', id, '--json')).stdout) as JobEvent[];
    const cursor = all.at(-2)?.seq ?? 0;
    const { code, stdout } = await run('watch', id, '--after', String(cursor), '--json');
    expect({ code, events: jsonLines(stdout) }).toEqual({ code: 0, events: all.slice(-1) });
    const atEnd = await run('watch', id, '--after', String(all.at(-1)?.seq));
    expect({ code: atEnd.code, output: JSON.parse(atEnd.stdout) }).toEqual({ code: 0, output: { steps: 2 } });
  });

  test('is left by Ctrl-C, with the job running on and a line to watch it again', async () => {
    const id = await submitted('countdown', 'steps=100', 'intervalMs=200');
    const { child, said, ended } = startJobwire(['watch', id], { env });
    await expect.poll(said, { timeout: 20_000 }).toContain('▸ part');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain(`Stopped watching; ${id} goes on.`);
    expect(stderr).toMatch(new RegExp(`watch it again {2}jobwire watch ${id} --after \\d+\n`));
    expect(stderr).toContain(`jobwire cancel ${id}`);
    expect((await getJob(id)).status).toBe('running');
    await run('cancel', id);
  });

  test('--cancel-on-interrupt cancels the job and waits for its end', async () => {
    const line = ['submit', 'countdown', 'steps=100', 'intervalMs=200', '--watch', '--cancel-on-interrupt'];
    const { child, said, ended } = startJobwire(line, { env });
    await expect.poll(said, { timeout: 20_000 }).toContain('▸ part');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('⊘ canceled') });
  });

  test('answers with 1 where the job fails, and says why and what to do', async () => {
    const { code, stdout, stderr } = await run('submit', 'flaky', 'failures=1', 'final=true', '--watch');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/✗ failed {5}.+\(.+\)/);
    expect(stderr).toMatch(/run it again {2}jobwire retry job_/);
    const json = await run('submit', 'flaky', 'failures=1', 'final=true', '--watch', '--json');
    expect(json.code).toBe(1);
  });
});

describe('jobwire list, get, cancel, retry', () => {
  test('list shows the newest first, cut where it is told to', async () => {
    const first = await submitted('echo', 'value=1');
    const second = await submitted('echo', 'value=2');
    const { stdout, stderr } = await run('list', '--type', 'echo', '--limit', '1');
    expect(stdout).toMatch(new RegExp(`^JOB .*SAYS\n${second} `));
    expect(stdout).not.toContain(first);
    expect(stderr).toContain('There are more');
    const lines = jsonLines((await run('list', '--all', '--type', 'echo', '--json')).stdout) as Job[];
    expect(lines.slice(0, 2).map(({ id }) => id)).toEqual([second, first]);
    expect((await run('list', '--status', 'timed-out')).stderr).toBe('There are no such jobs.\n');
  });

  test('get shows a job, and its output alone', async () => {
    const id = await submitted('echo', 'value=hello', '--metadata', 'team=data');
    await run('watch', id);
    const { stdout } = await run('get', id);
    for (const part of [id, '✓ succeeded', 'team:', '{"value":"hello"}', '"value": "hello"'])
      expect(stdout).toContain(part);
    expect(JSON.parse((await run('get', id, '--output')).stdout)).toEqual({ value: 'hello' });
  });

  test('get --output fetches an output that is too large for its job', async () => {
    const value = 'x'.repeat(100_000);
    const input = JSON.stringify({ value });
    const watched = await jobwire(['submit', 'echo', '--input', '-', '--watch'], { env, input });
    expect(JSON.parse(watched.stdout)).toEqual({ value });
    const [job] = jsonLines((await run('list', '--limit', '1', '--json')).stdout) as Job[];
    expect(JSON.parse((await run('get', job?.id ?? '', '--output')).stdout)).toEqual({ value });
  });

  test('retry makes a new job of a failed one', async () => {
    const id = (await run('submit', 'flaky', 'failures=1', 'final=true')).stdout.trim();
    await run('watch', id);
    const { code, stdout } = await run('retry', id);
    expect({ code, id: stdout.trim() }).toEqual({ code: 0, id: expect.stringMatching(jobId) });
    expect((await run('get', stdout.trim())).stdout).toContain(`retry of    ${id}`);
    expect((await run('retry', id, '--watch')).code).toBe(1);
  });

  test('types lists job types, and shows one with a command line to begin with', async () => {
    const { stdout } = await run('types');
    expect(stdout).toMatch(/^TYPE +TAKES +DOES\n/);
    expect(stdout).toMatch(/\ncsv-profile +csv \[delimiter\] \[hasHeader\]/);
    const one = await run('types', 'countdown');
    expect(one.stdout).toContain('jobwire submit countdown steps=10 intervalMs=10 --watch');
    expect(one.stdout).toMatch(/steps +required +integer 1\.\.1000/);
    expect((await run('types', 'csv-profile')).stdout).toMatch(/csv +required +string, or --file +The text/);
    expect(jsonLines((await run('types', '--json')).stdout)).toContainEqual(expect.objectContaining({ name: 'echo' }));
    expect(JSON.parse((await run('types', 'echo', '--json')).stdout)).toMatchObject({
      name: 'echo',
      input: { type: 'object' },
    });
  });

  test('upload prints a reference to put into an input', async () => {
    writeFileSync(join(folder, 'more.csv'), 'a\n1\n');
    const { stdout } = await jobwire(['upload', 'more.csv'], { env, cwd: folder });
    expect(stdout).toMatch(/^upload:\/\/\S+\n$/);
    const { code } = await run(
      'submit',
      'csv-profile',
      `csv=${stdout.trim()}`,
      '--idempotency-key',
      stdout.trim(),
      '--watch',
    );
    expect(code).toBe(0);
  });
});
