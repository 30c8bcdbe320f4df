import { expect, test } from 'vitest';
import { withEmulator } from '../../lib/emulator.ts';
import { getStage } from '../../lib/stages.ts';
import { resourcesOf, synthesizeSample } from './sample-stack.ts';

const stage = getStage('emulator');

test.each([
  ['http://localhost:4566', 'http://localhost:4566'],
  ['http://localhost:4566/', 'http://localhost:4566'],
  ['https://localhost.localstack.cloud:4566', 'https://localhost.localstack.cloud:4566'],
  ['http://ministack:4566', 'http://ministack:4566'],
])('withEmulator() takes %s for the addresses of the stage emulator', (endpoint, emulatorUrl) => {
  expect(withEmulator(stage, endpoint)).toEqual({ ...stage, emulatorUrl });
});

test.each([
  undefined,
  '',
  'localhost:4566',
  'ftp://localhost',
  'https://sts.us-east-1.amazonaws.com',
  'https://s3.cn-north-1.amazonaws.com.cn',
  'https://sqs.eu-central-1.api.aws',
])('withEmulator() keeps the stage emulator, which reaches loopback, out of accounts: %j', (endpoint) => {
  expect(() => withEmulator(stage, endpoint)).toThrow(
    /^Cannot deploy the stage "emulator" to .*AWS_ENDPOINT_URL must be/,
  );
});

test.each(['local', 'dev', 'prod'])('withEmulator() leaves the stage %s as it is', (name) => {
  expect(withEmulator(getStage(name), 'http://localhost:4566')).toEqual(getStage(name));
});

test('functions of the stage emulator know every address as one of the emulator', () => {
  const { template } = synthesizeSample('emulator', { emulatorUrl: 'http://localhost:4566' });
  const [[, submit] = []] = resourcesOf(template, 'AWS::Lambda::Function');
  const { Variables: variables = {} } = (submit?.Properties.Environment ?? {}) as {
    Variables?: Record<string, unknown>;
  };
  const text = (name: string) => {
    const value = JSON.stringify(variables[name]);
    return value
      .replaceAll(/\{"Ref":"([A-Za-z]+)[^"]*"\}/g, '<$1>')
      .replaceAll(/^\{"Fn::Join":\["",\[|\]\]\}$|[",]/g, '');
  };
  expect(text('REST_URL')).toMatch(/^http:\/\/localhost:4566\/_aws\/execute-api\/<RestApi\w*>\/v1$/);
  expect(text('LIVE_URL')).toMatch(/^ws:\/\/localhost:4566\/_aws\/execute-api\/<LiveApi\w*>\/live$/);
  expect(text('LIVE_CALLBACK_URL')).toMatch(/^http:\/\/localhost:4566\/_aws\/execute-api\/<LiveApi\w*>\/live$/);
  expect(text('BUCKET_URL')).toMatch(/^http:\/\/localhost:4566\/<PayloadsBucket\w*>$/);
  expect(text('QUEUE_URL_PREFIX')).toMatch(/^http:\/\/localhost:4566\/<\w*>\/jobwire-emulator-$/);
  expect(JSON.stringify(variables)).not.toContain('amazonaws');
});
