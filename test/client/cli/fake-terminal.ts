import type { Output } from '../../../client/cli/terminal/screen.ts';

interface FakeTerminal extends Output {
  /** All that was written, as it was written. */
  written(): string;
  /** What stands on the terminal: as a terminal of these columns shows it, without colours. */
  shown(): string[];
  columns: number;
}

const control = '\u001b';

/** A terminal that remembers: knows `\r`, `\n`, the clearing of a line, colours and the cursor's hiding. */
export function fakeTerminal({ columns = 80, isColoured = false } = {}): FakeTerminal {
  let text = '';
  const terminal: FakeTerminal = {
    isTTY: true,
    columns,
    hasColors: () => isColoured,
    write: (chunk: string) => {
      text += chunk;
    },
    written: () => text,
    shown: () => render(text, terminal.columns),
  };
  return terminal;
}

function render(text: string, columns: number): string[] {
  const lines = [''];
  let column = 0;
  const parts = text.matchAll(new RegExp(`${control}\\[(\\?25[lh]|[0-9;]*[mK])|\\r|\\n|[^]`, 'gu'));
  for (const [part, sequence] of parts) {
    const last = lines.length - 1;
    if (part === '\r') column = 0;
    else if (part === '\n') {
      lines.push('');
      column = 0;
    } else if (sequence === '2K') lines[last] = '';
    else if (sequence === undefined) {
      // What is too long wraps, and can then not be drawn over.
      if (column >= columns) {
        lines.push(part);
        column = 1;
      } else {
        lines[last] = `${(lines[last] ?? '').slice(0, column)}${part}${(lines[last] ?? '').slice(column + 1)}`;
        column += 1;
      }
    }
  }
  return lines;
}

/** What is no terminal: a pipe or a file. */
export function fakePipe(): Output & { written(): string } {
  let text = '';
  return {
    write: (chunk: string) => {
      text += chunk;
    },
    written: () => text,
  };
}
