import type { Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { synthesizeSample } from './sample-stack.ts';

const environmentOf = (context: Record<string, unknown>) => {
  const { app } = synthesizeSample('dev', { context });
  return (app.node.findChild('Jobwire') as Stack).environment;
};

test('the stack belongs to the account that context names, in the region of the credentials', () => {
  expect(environmentOf({ account: '111122223333' })).toBe('aws://111122223333/unknown-region');
});

test('without one it belongs to the account of the credentials', () => {
  expect(environmentOf({})).toBe('aws://unknown-account/unknown-region');
});
