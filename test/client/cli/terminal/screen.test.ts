import { describe, expect, test } from 'vitest';
import { Screen } from '../../../../client/cli/terminal/screen.ts';
import { fakePipe, fakeTerminal } from '../fake-terminal.ts';

describe('Screen on a terminal', () => {
  test('draws one line over and over, with lines above it', () => {
    const terminal = fakeTerminal();
    const screen = new Screen({ stdout: terminal, stderr: terminal, env: {} });
    screen.tell('first');
    screen.draw('10 %');
    screen.draw('20 %');
    screen.tell('second');
    screen.print('a result');
    expect(terminal.shown()).toEqual(['first', 'second', 'a result', '20 %']);
    screen.clear();
    expect(terminal.shown()).toEqual(['first', 'second', 'a result', '']);
  });

  test('hides the cursor while it draws, and gives it back once', () => {
    const terminal = fakeTerminal();
    const screen = new Screen({ stdout: terminal, stderr: terminal, env: {} });
    screen.draw('one');
    screen.draw('two');
    screen.clear();
    screen.clear();
    expect(terminal.written().split('\u001b[?25l')).toHaveLength(2);
    expect(terminal.written().split('\u001b[?25h')).toHaveLength(2);
    expect(terminal.written().endsWith('\u001b[?25h')).toBe(true);
  });

  test('writes nothing where nothing has changed', () => {
    const terminal = fakeTerminal();
    const screen = new Screen({ stdout: terminal, stderr: terminal, env: {} });
    screen.draw('same');
    const before = terminal.written();
    screen.draw('same');
    expect(terminal.written()).toBe(before);
  });

  test('has colours where the terminal has, and none with NO_COLOR, which hasColors knows', () => {
    const coloured = fakeTerminal({ isColoured: true });
    expect(new Screen({ stdout: coloured, stderr: coloured, env: {} }).paint.red('x')).toBe('\u001b[31mx\u001b[39m');
    const plain = fakeTerminal();
    expect(new Screen({ stdout: plain, stderr: plain, env: {} }).paint.red('x')).toBe('x');
  });
});

test('Screen draws nothing where there is no terminal, or a dumb one', () => {
  const pipe = fakePipe();
  const screen = new Screen({ stdout: pipe, stderr: pipe, env: {} });
  screen.draw('10 %');
  screen.clear();
  screen.print('a result');
  expect(pipe.written()).toBe('a result\n');
  expect([screen.width, screen.tellWidth]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  const dumb = fakeTerminal();
  expect(new Screen({ stdout: dumb, stderr: dumb, env: { TERM: 'dumb' } }).isLive).toBe(false);
});

test('Screen keeps results and telling apart', () => {
  const [stdout, stderr] = [fakePipe(), fakePipe()];
  const screen = new Screen({ stdout, stderr, env: {} });
  screen.print('result');
  screen.tell('telling');
  expect([stdout.written(), stderr.written()]).toEqual(['result\n', 'telling\n']);
});

test.each<[Record<string, string>, boolean]>([
  [{}, true],
  [{ LANG: 'de_DE.UTF-8' }, true],
  [{ LC_ALL: 'en_US.utf8', LANG: 'C' }, true],
  [{ LANG: 'C' }, false],
  [{ LC_ALL: 'POSIX', LANG: 'de_DE.UTF-8' }, false],
])('Screen shows more than ASCII with %j: %s', (env, expected) => {
  expect(new Screen({ stdout: fakePipe(), stderr: fakePipe(), env }).isUnicode).toBe(expected);
});
