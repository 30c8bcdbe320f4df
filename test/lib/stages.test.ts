import { expect, test } from 'vitest';
import { getStage } from '../../lib/stages.ts';

test.each(['local', 'dev', 'emulator', 'prod'])('getStage() knows %s', (name) => {
  expect(getStage(name).name).toBe(name);
});

test.each(['staging', '', 'toString', undefined, 1, null])('getStage() refuses %j and says what to write', (name) => {
  expect(() => getStage(name)).toThrow(
    `Cannot use the stage ${JSON.stringify(name)}: lib/stages.ts has no such stage, write one of local, dev, emulator, prod, as in \`cdk deploy -c stage=dev\``,
  );
});

test('getStage() lets no stage reach loopback but those that are of no account', () => {
  expect(['local', 'dev', 'emulator', 'prod'].filter((name) => getStage(name).allowLoopback)).toEqual([
    'local',
    'emulator',
  ]);
});

test('only the local stage has a console at the root of its host', () => {
  expect(['local', 'dev', 'emulator', 'prod'].filter((name) => getStage(name).hasConsole)).toEqual(['local']);
});

test('getStage() keeps the data of prod alone', () => {
  expect(['local', 'dev', 'emulator', 'prod'].filter((name) => getStage(name).keepsData)).toEqual(['prod']);
});
