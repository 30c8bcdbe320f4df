import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lambda, startLambda } from '../../../dev/lambda/lambda.ts';
import { quietLog } from '../quiet-log.ts';
import { functionResource, sampleAssembly } from '../sample-assembly.ts';

const code = {
  plain: `
    let calls = 0;
    exports.handler = async (event, context) => {
      calls += 1;
      if (event.log) console.log(event.log);
      if (event.sleepMs) await new Promise((resolve) => setTimeout(resolve, event.sleepMs));
      if (event.logLast) console.log(event.logLast);
      if (event.throw) throw new TypeError('no good');
      if (event.throwText) throw 'just text';
      if (event.big) return 'x'.repeat(event.big);
      if (event.nothing) return;
      return { event, calls, pid: process.pid, env: process.env,
        context: { ...context, remainingMs: context.getRemainingTimeInMillis() } };
    };`,
  crash: `
    exports.handler = async ({ mode }) => {
      if (mode === 'exit') process.exit(3);
      if (mode === 'exit-0') process.exit(0);
      if (mode === 'hang') for (;;) {}
      if (mode === 'never') await new Promise(() => setInterval(() => {}, 1000));
      if (mode === 'oom') { const kept = []; for (;;) kept.push(new Array(10_000).fill(Math.random())); }
      if (mode === 'oom-array') { const kept = []; for (;;) kept.push({}); }
      if (mode === 'throw-later') { setTimeout(() => { throw new RangeError('too late'); }); await new Promise((r) => setTimeout(r, 1000)); }
      if (mode === 'reject') { Promise.reject(new Error('unseen')); await new Promise((r) => setTimeout(r, 1000)); }
      return 'fine';
    };`,
  broken: `throw new SyntaxError('cannot load');`,
  nameless: `exports.other = 1;`,
  stream: `
    exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
      if (event.failFirst) throw new Error('before the metadata');
      stream = awslambda.HttpResponseStream.from(stream, { statusCode: 207, headers: { 'x-a': 'b' }, cookies: ['c=d'] });
      if (event.silent) { stream.end(); return; }
      for (let index = 0; index < event.parts; index++) {
        if (!stream.write(event.part ?? String(index))) await new Promise((resolve) => stream.once('drain', resolve));
        if (event.pauseMs) await new Promise((resolve) => setTimeout(resolve, event.pauseMs));
      }
      if (event.empty) stream.write('');
      if (event.failLast) throw new Error('half-way');
      if (!event.leaveOpen) stream.end();
    });`,
};

const log = quietLog();
let lambda: Lambda;

function assemblyOf(overrides: Record<string, string> = {}) {
  return sampleAssembly({
    code: { ...code, ...overrides },
    resources: {
      Plain: functionResource('plain', {
        FunctionName: 'sample-plain',
        MemorySize: 256,
        Environment: { Variables: { COLOUR: { Ref: 'AWS::Region' } } },
      }),
      Crash: functionResource('crash', { Timeout: 1, MemorySize: 128 }),
      Greedy: functionResource('crash', { Timeout: 30, MemorySize: 128 }),
      Broken: functionResource('broken'),
      Nameless: functionResource('nameless'),
      Stream: functionResource('stream', { Timeout: 5 }),
      Single: functionResource('plain', { ReservedConcurrentExecutions: 1 }),
      Version: functionResource(overrides.version === undefined ? 'plain' : 'version'),
    },
  });
}

beforeAll(() => {
  lambda = startLambda({
    log,
    endpoints: { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:3' },
    cpu: { isSaturated: () => false },
  });
  lambda.load(assemblyOf());
});
afterAll(() => lambda.stop());

interface PlainAnswer {
  calls: number;
  pid: number;
  env: Record<string, string>;
  context: Record<string, unknown>;
}

async function callPlain(event: object = {}, name = 'Plain'): Promise<PlainAnswer> {
  const result = await lambda.invoke(name, event);
  if (!result.ok) throw new Error(result.error.errorMessage);
  return result.payload as PlainAnswer;
}

describe('invoke()', () => {
  test('passes the event, the environment and the context as Lambda does', async () => {
    const { env, context } = await callPlain();
    expect(env).toMatchObject({
      COLOUR: 'us-east-1',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:3',
      AWS_LAMBDA_FUNCTION_NAME: 'sample-plain',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_REGION: 'us-east-1',
    });
    expect(Object.keys(env)).not.toContain('HOME');
    expect(context).toMatchObject({
      functionName: 'sample-plain',
      memoryLimitInMB: '256',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:sample-plain',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context.remainingMs).toBeGreaterThan(4000);
    expect(context.remainingMs).toBeLessThanOrEqual(5000);
  });

  test('finds a function by logical id, name and ARN', async () => {
    for (const name of ['Plain', 'sample-plain', 'arn:aws:lambda:us-east-1:000000000000:function:sample-plain']) {
      expect(await lambda.invoke(name, {})).toMatchObject({ ok: true });
    }
    const unknown = await lambda.invoke('Nobody', {});
    expect(unknown).toMatchObject({ ok: false, error: { errorType: 'ResourceNotFoundException' } });
  });

  test('keeps an environment warm and gives it one call at a time', async () => {
    const first = await callPlain();
    const second = await callPlain();
    expect(second.pid).toBe(first.pid);
    expect(second.calls).toBe(first.calls + 1);
    const slow = await Promise.all([callPlain({ sleepMs: 2000 }), callPlain({ sleepMs: 2000 })]);
    expect(slow[0].pid).not.toBe(slow[1].pid);
  });

  test('answers what a handler returns, even nothing', async () => {
    expect(await lambda.invoke('Plain', { nothing: true })).toEqual({ ok: true, payload: null });
  });

  test.each([
    [{ throw: true }, { errorType: 'TypeError', errorMessage: 'no good' }],
    [{ throwText: true }, { errorType: 'string', errorMessage: 'just text' }],
    [{ big: 6_291_557 }, { errorType: 'Function.ResponseSizeTooLarge', errorMessage: expect.any(String) }],
  ])('answers %j with its error, and lives on', async (event, error) => {
    expect(await lambda.invoke('Plain', event)).toEqual({ ok: false, error });
    expect(await lambda.invoke('Plain', {})).toMatchObject({ ok: true });
  });

  test('refuses an event over 6 MiB', async () => {
    const result = await lambda.invoke('Plain', { text: 'x'.repeat(6 * 1024 * 1024) });
    expect(result).toMatchObject({ ok: false, error: { errorType: 'RequestEntityTooLargeException' } });
  });

  test('gives up on a slow function without stopping it', async () => {
    const result = await lambda.invoke('Plain', { log: 'begun', sleepMs: 300, logLast: 'done' }, { timeoutMs: 50 });
    expect(result).toMatchObject({ ok: false, error: { errorType: 'Endpoint.Timedout' } });
    await expect.poll(() => log.lines).toContain('plain: done');
  });

  test('answers as Lambda does where the reserved concurrency is used up', async () => {
    const [first, second] = await Promise.all([lambda.invoke('Single', { sleepMs: 50 }), lambda.invoke('Single', {})]);
    expect(first.ok).toBe(true);
    expect(second).toMatchObject({ ok: false, error: { errorType: 'TooManyRequestsException' } });
  });
});

describe('invoke() of a function that fails its environment', () => {
  test.each([
    ['exit', { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 3' }],
    ['exit-0', { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' }],
    [
      'hang',
      { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') },
    ],
    [
      'never',
      { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') },
    ],
    ['throw-later', { errorType: 'RangeError', errorMessage: 'too late' }],
    ['reject', { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'unseen' }],
  ])(
    'contains %s',
    async (mode, error) => {
      const others = callPlain({ sleepMs: 100 });
      expect(await lambda.invoke('Crash', { mode })).toEqual({ ok: false, error });
      expect(await lambda.invoke('Crash', {})).toEqual({ ok: true, payload: 'fine' });
      await others;
    },
    20_000,
  );

  test.each(['oom', 'oom-array'])(
    'contains %s',
    async (mode) => {
      const result = await lambda.invoke('Greedy', { mode });
      expect(result).toMatchObject({ ok: false, error: { errorType: 'Runtime.OutOfMemory' } });
      expect(await lambda.invoke('Greedy', {})).toEqual({ ok: true, payload: 'fine' });
      expect(log.lines.filter((line) => line.startsWith('Greedy: '))).toEqual(
        expect.arrayContaining([expect.stringContaining('out of 128 MB of memory')]),
      );
    },
    40_000,
  );

  test.each([
    ['Broken', 'cannot load'],
    ['Nameless', 'Cannot load index.handler'],
  ])('answers with the fault of code that does not load: %s', async (name, message) => {
    const results = await Promise.all([lambda.invoke(name, {}), lambda.invoke(name, {})]);
    for (const result of results) expect(JSON.stringify(result)).toContain(message);
  });
});

describe('invokeStreaming()', () => {
  const read = async (event: object) => {
    const { metadata, body } = await lambda.invokeStreaming('Stream', event);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return { metadata, text: Buffer.concat(chunks).toString() };
  };

  test('hands out the metadata at the first write, then each part as it is written', async () => {
    const startedAtMs = performance.now();
    const { metadata, body } = await lambda.invokeStreaming('Stream', { parts: 3, pauseMs: 500 });
    const metadataAtMs = performance.now();
    expect(metadata).toEqual({ statusCode: 207, headers: { 'x-a': 'b' }, cookies: ['c=d'] });
    const parts: string[] = [];
    for await (const chunk of body) parts.push(Buffer.from(chunk).toString());
    expect(parts).toEqual(['0', '1', '2']);
    expect(performance.now() - metadataAtMs).toBeGreaterThan(500);
    expect(metadataAtMs - startedAtMs).toBeLessThan(10_000);
  });

  test('streams nothing but the metadata after an empty write', async () => {
    expect(await read({ parts: 0, empty: true })).toMatchObject({ metadata: { statusCode: 207 }, text: '' });
  });

  test('ends a stream that its handler left open', async () => {
    expect(await read({ parts: 2, leaveOpen: true })).toMatchObject({ text: '01' });
  });

  test('carries many megabytes, and waits for a slow reader', async () => {
    const { body } = await lambda.invokeStreaming('Stream', { parts: 40, part: 'x'.repeat(100_000) });
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(bytes).toBe(4_000_000);
  });

  test('lets a function finish whose reader has left', async () => {
    const { body } = await lambda.invokeStreaming('Stream', { parts: 40, part: 'x'.repeat(100_000) });
    for await (const _ of body) break;
    expect(await read({ parts: 1 })).toMatchObject({ text: '0' });
  });

  test.each([
    [{ failFirst: true }, 'before the metadata'],
    [{ silent: true }, 'before its first write'],
  ])('rejects where there is no metadata: %j', async (event, message) => {
    await expect(lambda.invokeStreaming('Stream', event)).rejects.toThrow(message);
  });

  test('rejects a handler that does not stream', async () => {
    await expect(lambda.invokeStreaming('Plain', {})).rejects.toThrow('streamifyResponse');
  });

  test.each([
    [{ parts: 2, failLast: true }, 'half-way'],
    [{ parts: 100, pauseMs: 100 }, 'Task timed out after 5.00 seconds'],
  ])('breaks the body where the function fails later: %j', async (event, message) => {
    await expect(read(event)).rejects.toThrow(message);
  });
});

describe('load()', () => {
  test('replaces what changed, while calls under way finish on the old code', async () => {
    const before = callPlain({ log: 'begun', sleepMs: 500 }, 'Version');
    await expect.poll(() => log.lines).toContain('Version: begun');
    const { pid } = await callPlain();
    const changed = lambda.load(assemblyOf({ version: `exports.handler = async () => 'new';` }));
    expect(changed).toContain('Version');
    expect(await lambda.invoke('Version', {})).toEqual({ ok: true, payload: 'new' });
    expect((await before).calls).toBe(1);
    // The other assembly lies in another folder, as every save's does not: its functions count as changed, too.
    expect((await callPlain()).pid).not.toBe(pid);
  });

  test('leaves what did not change alone', async () => {
    const assembly = assemblyOf();
    lambda.load(assembly);
    const { pid } = await callPlain();
    expect(lambda.load(assembly)).toEqual([]);
    expect((await callPlain()).pid).toBe(pid);
  });
});
