import { describe, expect, test } from 'vitest';
import { colours } from '../../../dev/log/colours.ts';
import { describeFunctionLine } from '../../../dev/log/function-line.ts';

const plain = colours({ isTTY: false });

describe('describeFunctionLine()', () => {
  const cases: [line: string, expected: string | undefined][] = [
    ['just text', 'just text'],
    ['  ', undefined],
    ['{"no":"message"}', '{"no":"message"}'],
    ['{"message": broken', '{"message": broken'],
    [
      '{"level":"info","message":"job succeeded","time":"t","requestId":"r","job":"job_1","run":2}',
      'job succeeded job=job_1 run=2',
    ],
    ['{"level":"warn","message":"late","error":{"name":"Error"}}', 'late error={"name":"Error"}'],
    ['{"level":"debug","message":"detail"}', undefined],
    ['{"_aws":{},"message":"metrics"}', undefined],
  ];
  test.each(cases)('tells %s as %s', (line, expected) => {
    expect(describeFunctionLine(line, plain)).toBe(expected);
  });

  test('colours for a terminal only', () => {
    const coloured = colours({ isTTY: true, hasColors: () => true });
    expect(describeFunctionLine('{"level":"error","message":"no"}', coloured)).toBe('\u001b[31mno\u001b[39m');
    expect(colours({ isTTY: true, hasColors: () => false }).red('x')).toBe('x');
  });
});
