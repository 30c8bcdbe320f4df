import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { intervalMs, startSchedules } from '../../../dev/schedules/schedules.ts';
import { quietLog } from '../quiet-log.ts';
import { functionResource, sampleAssembly } from '../sample-assembly.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const arn = { 'Fn::GetAtt': ['Tend', 'Arn'] };
const assembly = sampleAssembly({
  resources: {
    Tend: functionResource('tend'),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED', Targets: [{ Id: 'a', Arn: arn }] },
    },
    Plan: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: { ScheduleExpression: 'rate(2 minutes)', Target: { Arn: arn, Input: '{"a":1}' } },
    },
    Off: {
      Type: 'AWS::Events::Rule',
      Properties: { ScheduleExpression: 'rate(1 minute)', State: 'DISABLED', Targets: [{ Id: 'a', Arn: arn }] },
    },
    Pattern: { Type: 'AWS::Events::Rule', Properties: { EventPattern: {}, Targets: [{ Id: 'a', Arn: arn }] } },
  },
});

describe('startSchedules()', () => {
  test('calls the targets at their rate, however often the stack is loaded', async () => {
    const events: unknown[] = [];
    const log = quietLog();
    const schedules = startSchedules({
      log,
      async invoke(functionName, event) {
        expect(functionName).toBe('arn:aws:lambda:us-east-1:000000000000:function:Tend');
        events.push(event);
        return { ok: false, error: { errorType: 'Error', errorMessage: 'no' } };
      },
    });
    schedules.load(assembly);
    await vi.advanceTimersByTimeAsync(30_000);
    schedules.load(assembly);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(events).toEqual([expect.objectContaining({ source: 'aws.events', 'detail-type': 'Scheduled Event' })]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toHaveLength(3);
    expect(events).toContainEqual({ a: 1 });
    expect(log.lines).toContain('schedule: Tend failed: no');
    schedules.stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(events).toHaveLength(3);
  });
});

describe('intervalMs()', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('reads %s', (expression, expected) => {
    expect(intervalMs(expression)).toBe(expected);
  });

  test.each(['rate(0 minutes)', 'cron(0 * * * ? *)', 'minutely'])('refuses %s', (expression) => {
    expect(() => intervalMs(expression)).toThrow(`Cannot run the schedule ${expression}`);
  });
});
