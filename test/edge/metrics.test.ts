import { beforeEach, describe, expect, test, vi } from 'vitest';
import { flushMetrics, measure } from '../../lambdas/edge/metrics.ts';
import { metrics } from '../../protocol/metrics.ts';
import { readEmf, sumOf } from '../observe/emf.ts';
import { captureLines } from '../support/capture-lines.ts';

const lines = captureLines();
beforeEach(() => void vi.stubEnv('SERVICE', 'Jobwire-test'));

function flushed() {
  flushMetrics();
  return lines.flatMap(readEmf);
}

describe('measure() and flushMetrics()', () => {
  test('make one line of a call, by the embedded metric format', () => {
    for (const waitMs of [12, 7]) {
      measure('QueueWaitMs', { Type: 'echo' }, waitMs);
      measure('RunTimeMs', { Type: 'echo' }, 100);
      measure('JobsFinished', { Type: 'echo', Status: 'succeeded' });
    }
    measure('PushesFailed', {});
    flushMetrics();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    const { _aws, ...members } = JSON.parse(lines[0] ?? '');
    expect(members).toEqual({
      Service: 'Jobwire-test',
      Type: 'echo',
      Status: 'succeeded',
      JobsFinished: 2,
      QueueWaitMs: [12, 7],
      RunTimeMs: [100, 100],
      PushesFailed: 1,
    });
    expect(_aws.CloudWatchMetrics).toContainEqual({
      Namespace: 'Jobwire',
      Dimensions: [['Service', 'Type']],
      Metrics: [
        { Name: 'QueueWaitMs', Unit: 'Milliseconds' },
        { Name: 'RunTimeMs', Unit: 'Milliseconds' },
      ],
    });
    expect(_aws.CloudWatchMetrics).toHaveLength(3);
  });

  test('write another line only for what cannot stand in the same one', () => {
    measure('JobsFinished', { Type: 'echo', Status: 'failed' });
    measure('JobsFinished', { Type: 'echo', Status: 'succeeded' }, 2);
    measure('JobsFinished', { Type: 'flaky', Status: 'failed' });
    measure('RunsFailed', { Type: 'flaky' }, 3);
    const figures = flushed();
    expect(lines).toHaveLength(3);
    expect(sumOf(figures, 'JobsFinished')).toBe(4);
    expect(sumOf(figures, 'JobsFinished', { Type: 'echo', Status: 'failed' })).toBe(1);
    expect(sumOf(figures, 'RunsFailed', { Type: 'flaky' })).toBe(3);
    expect(sumOf(figures, 'RunsFailed', { Type: 'echo' })).toBe(0);
  });

  test('keep to 100 values a line, and lose none', () => {
    for (let value = 1; value <= 250; value += 1) measure('RunTimeMs', { Type: 'echo' }, value);
    const figures = flushed();
    expect(figures.map(({ values }) => values.length)).toEqual([100, 100, 50]);
    expect(sumOf(figures, 'RunTimeMs')).toBe((250 * 251) / 2);
  });

  test('write nothing twice, and nothing of nothing', () => {
    flushMetrics();
    expect(lines).toEqual([]);
    measure('DeliveriesFailed', {});
    expect(flushed()).toHaveLength(1);
    flushMetrics();
    expect(lines).toHaveLength(1);
  });
});

test('metrics have bounded dimensions: never an id, a tenant or an endpoint', () => {
  const dimensions = new Set(Object.values(metrics).flatMap(({ dimensions }) => [...dimensions]));
  expect([...dimensions].toSorted()).toEqual(['Service', 'Status', 'Type']);
  expect(Object.values(metrics).every(({ dimensions: [first] }) => first === 'Service')).toBe(true);
});
