import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { operationFunctions } from '../../lib/operations.ts';
import { calledFunctions } from '../../ops/call-operation.ts';
import { columns } from '../../ops/columns.ts';
import { newestOf } from '../../ops/oldest-messages.ts';
import { run, until } from './operator.ts';
import { useOperator } from './use-operator.ts';

const operator = useOperator();
const { ops, json, makeTenant } = operator;

/** A receiver of webhooks that answers with one status. */
async function startReceiver(status: number) {
  const receiver = createServer((request, response) =>
    request.resume().on('end', () => response.writeHead(status).end()),
  );
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, stop: () => receiver.close() };
}

test('operations are sent to the functions that the stack has for them', () => {
  expect(calledFunctions).toEqual(
    Object.fromEntries(
      Object.keys(calledFunctions).map((name) => [name, operationFunctions[name as keyof typeof calledFunctions]]),
    ),
  );
});

describe('endpoint', () => {
  test('shows, tests, disables and enables one by its id alone', async () => {
    const { call } = await makeTenant('hooked');
    const receiver = await startReceiver(204);
    const { id, secret } = await call('/webhooks', { url: receiver.url, headers: { 'x-token': 'not-to-be-told' } });

    const tested = await ops('endpoint', 'test', id);
    expect(tested).toMatchObject({ code: 0, stdout: expect.stringMatching(/took a test: 204 after \d+ ms/) });
    const shown = await ops('endpoint', 'show', id);
    expect(shown.stdout).toContain(`${id} of hooked`);
    expect(shown.stdout).toMatch(/enabled, and well/);
    expect(shown.stdout).toMatch(/webhook\.test +dlv_\w+ +\d+ +204/);
    for (const told of [shown.stdout, JSON.stringify(await json('endpoint', 'show', id))]) {
      expect(told).not.toContain(secret);
      expect(told).not.toContain('not-to-be-told');
      expect(told).not.toContain('sealed');
    }

    expect(await json('endpoint', 'disable', id)).toEqual({ id, tenant: 'hooked', enabled: false });
    expect(await call(`/webhooks/${id}`)).toMatchObject({ enabled: false });
    expect(await ops('endpoint', 'test', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('disabled') });
    expect(await json('endpoint', 'enable', id)).toEqual({ id, tenant: 'hooked', enabled: true });
    receiver.stop();
  });

  test('tells of a receiver that fails until its breaker opens, and exits with 1 for a test that fails', async () => {
    const { call } = await makeTenant('unheard');
    const receiver = await startReceiver(500);
    const { id } = await call('/webhooks', { url: receiver.url });
    const tested = await ops('endpoint', 'test', id);
    expect(tested).toMatchObject({ code: 1, stdout: expect.stringContaining('did not take a test: 500') });
    await Promise.all([2, 3, 4, 5].map(() => call(`/webhooks/${id}/test`, {})));
    const { stdout } = await until(
      () => ops('endpoint', 'show', id),
      ({ stdout }) => stdout.includes('probed'),
    );
    expect(stdout).toMatch(/enabled, but failing: [5-9] failures in a row since .+; probed once a minute/);
    const { receivers } = await json('status');
    expect(receivers).toMatchObject([{ receiver: id, isOpen: true }]);
    expect((await ops('status')).stdout).toMatch(new RegExp(`^${id} +probed each minute`, 'm'));
    receiver.stop();
  });
});

describe('ops', () => {
  test.each<[string, string[], RegExp]>([
    ['no verb', [], /must be one of status, dead-letters, redrive, purge, endpoint/],
    ['an unknown verb', ['fly'], /Cannot do "fly"/],
    ['a word too many', ['status', 'now'], /Cannot do "status now"/],
    ['an unknown option', ['status', '--fast'], /--fast/],
    ['an option of another verb', ['status', '--yes'], /Cannot use --yes with status: it takes/],
    ['a limit that is none', ['dead-letters', '--limit', 'all'], /must be an integer from 1 to 1000/],
    ['a redrive of nothing', ['redrive'], /give --job ID or --type NAME/],
    ['a redrive of two things', ['redrive', '--job', 'a', '--type', 'b'], /at once/],
    ['a redrive of an unknown type', ['redrive', '--type', 'fly'], /Cannot find the job type fly: .* has countdown, /],
    ['a purge of nothing', ['purge'], /give --type NAME for its waiting jobs, or --dead-letters/],
    ['a purge of an unknown type', ['purge', '--type', 'fly', '--yes'], /Cannot find the job type fly/],
    ['an endpoint without an id', ['endpoint', 'show'], /Cannot show the endpoint ""/],
    ['an unknown deed', ['endpoint', 'paint', 'x'], /must be endpoint show, enable, disable or test/],
  ])('refuses %s with exit code 2 and says what to write', async (_, args, message) => {
    const ended = await ops(...args);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  test.each<[string, string[], RegExp]>([
    ['an unknown job', ['redrive', '--job', `job_${'a'.repeat(26)}`], /there is no such job, or it has expired/],
    ['an unknown endpoint', ['endpoint', 'show', `whk_${'a'.repeat(26)}`], /no tenant has one with this id/],
  ])('fails for %s with exit code 1', async (_, args, message) => {
    expect(await ops(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('says what to do where it cannot tell which stack is meant, or cannot reach it', async () => {
    expect(await run('ops/ops.ts', ['status'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--stack jobwire-prod/),
    });
    const remote = ['status', '--stack', 'jobwire-prod'];
    expect(await run('ops/ops.ts', remote)).toMatchObject({ code: 2, stderr: expect.stringMatching(/set AWS_REGION/) });
    const region = { AWS_REGION: 'eu-central-1', AWS_EC2_METADATA_DISABLED: 'true' };
    expect(await run('ops/ops.ts', remote, region)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/AWS_PROFILE/),
    });
  });

  test('takes a stack by its name, as on a LocalStack-compatible endpoint', async () => {
    const { stackName, dynamodbUrl, lambdaUrl } = operator.server.aws;
    const env = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl,
      AWS_ENDPOINT_URL_LAMBDA: lambdaUrl,
      AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:1',
    };
    const { code, stdout } = await run('ops/ops.ts', ['status', '--stack', stackName], env);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Status of the stack ${stackName} in us-east-1`)]);
    // There is no CloudWatch here: the rest of the status is told all the same.
    expect(stdout).toMatch(/^QUEUE +WAITING +DELAYED +IN FLIGHT +DEAD +OLDEST$/m);
    expect(stdout).toContain('No ages: CloudWatch cannot be asked');
    const unreachable = await run('ops/ops.ts', ['status', '--stack', stackName], {
      ...env,
      AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1',
    });
    expect(unreachable).toMatchObject({ code: 1, stderr: expect.stringMatching(/:1 does not answer \(/) });
    const missing = await run('ops/ops.ts', ['status', '--stack', 'jobwire-gone'], env);
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it has no function jobwire-gone-submit-job'),
    });
  });

  test('helps', async () => {
    expect(await ops('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('npm run ops -- redrive') });
  });
});

test('columns() are as wide as they must be, with numbers to the right', () => {
  expect(
    columns(
      ['NAME', 'JOBS'],
      [
        ['a', 7],
        ['longer', 120],
      ],
    ),
  ).toBe('NAME    JOBS\na          7\nlonger   120');
});

test('newestOf() takes the first value of each queue that has one', () => {
  const results = [
    { Id: 'q1', Values: [90, 30] },
    { Id: 'q0', Values: [] },
    { Id: 'q7', Values: [1] },
  ];
  expect([...newestOf(results, ['a', 'b'])]).toEqual([['b', 90]]);
});
