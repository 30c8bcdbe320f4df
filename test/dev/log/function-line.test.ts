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
      '{"level":"info","message":"job succeeded","time":"t","requestId":"r","function":"f","traceId":"t","job":"job_1","run":2}',
      'job succeeded job=job_1 run=2',
    ],
    ['{"level":"warn","message":"late","error":{"name":"Error"}}', 'late error={"name":"Error"}'],
    [
      JSON.stringify({
        message: 'threw',
        job: 'job_1',
        error: {
          name: 'Error',
          stack: `Error: two\nlines\n    at run (/tmp/assembly/asset.${'0a'.repeat(32)}/index.js:7:1)\n    at node:internal/x:1:1`,
        },
      }),
      `threw job=job_1\n${' '.repeat(26)}Error: two\n${' '.repeat(26)}lines\n${' '.repeat(26)}    at run (index.js:7:1)`,
    ],
    ['{"level":"debug","message":"detail"}', undefined],
    ['{"_aws":{},"Service":"Jobwire","JobsAccepted":1}', undefined],
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
