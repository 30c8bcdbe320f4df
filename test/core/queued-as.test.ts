import { expect, test } from 'vitest';
import { queuedAs } from '../../lambdas/core/queued-as.ts';
import { queuedJob } from './job-records.ts';

const plain = queuedJob();

test.each([
  ['stays', plain, false, undefined],
  ['gets its id', plain, true, plain.id],
  ['keeps its key', { ...plain, orderKey: 'k' }, true, 'k'],
  ['loses its key', { ...plain, orderKey: 'k' }, false, undefined],
] as const)('queuedAs() of a job that %s', (_, record, ordered, orderKey) => {
  const queued = queuedAs(record, { ordered });
  expect(queued).toEqual({ ...plain, ...(orderKey !== undefined && { orderKey }) });
  expect('orderKey' in queued).toBe(orderKey !== undefined);
});
