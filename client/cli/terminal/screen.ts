import { type Paint, paintFor } from './paint.ts';
import { printableJson } from './printable.ts';

/** What a command writes to: a stream of Node, or one that a test captures. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  hasColors?(): boolean;
}

export interface ScreenOptions {
  stdout: Output;
  stderr: Output;
  env: Record<string, string | undefined>;
}

const noColumns = 80;
const clearLine = '\r\u001b[2K';
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/**
 * Results go to standard output, the telling of what happens to standard error: so that `> file` and `|` take the
 * result alone. On a terminal one line at its end may be drawn over and over (`draw`); lines go above it.
 */
export class Screen {
  /** Colours of standard output. */
  readonly paint: Paint;
  /** Colours of standard error. */
  readonly tellPaint: Paint;
  /** Whether a line can be drawn in place. */
  readonly isLive: boolean;
  /** Whether a person looks at the result. */
  readonly isTerminal: boolean;
  /** Whether more than ASCII may be shown. */
  readonly isUnicode: boolean;
  readonly #stdout: Output;
  readonly #stderr: Output;
  #drawn = '';

  constructor({ stdout, stderr, env }: ScreenOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.paint = paintFor(stdout);
    this.tellPaint = paintFor(stderr);
    this.isTerminal = stdout.isTTY === true;
    this.isLive = stderr.isTTY === true && env.TERM !== 'dumb';
    const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
    this.isUnicode = !locale || /utf-?8/i.test(locale);
  }

  /** Columns of the terminal that shows results; without one, as many as a line needs. */
  get width(): number {
    return this.isTerminal ? this.#stdout.columns || noColumns : Number.POSITIVE_INFINITY;
  }

  /** Lines of that terminal. */
  get height(): number {
    return this.isTerminal ? this.#stdout.rows || 24 : Number.POSITIVE_INFINITY;
  }

  /** Columns of the terminal that is told what happens. */
  get tellWidth(): number {
    return this.#stderr.isTTY === true ? this.#stderr.columns || noColumns : Number.POSITIVE_INFINITY;
  }

  /** Writes a line of the result. */
  print(line: string): void {
    this.#above(() => this.#stdout.write(`${line}\n`));
  }

  /** Writes a value as JSON that shows what cannot be seen, and cannot do anything to a terminal. */
  printJson(value: unknown, indent?: number): void {
    this.print(printableJson(value, indent));
  }

  /** Tells a line of what happens. */
  tell(line: string): void {
    this.#above(() => this.#stderr.write(`${line}\n`));
  }

  /** Draws `line` in place of what was drawn before. Does nothing where nothing can be drawn. */
  draw(line: string): void {
    if (!this.isLive || line === this.#drawn) return;
    this.#stderr.write(`${this.#drawn === '' ? hideCursor : ''}${clearLine}${line}`);
    this.#drawn = line;
  }

  /** Takes away what was drawn, and gives the cursor back. */
  clear(): void {
    if (this.#drawn === '') return;
    this.#stderr.write(`${clearLine}${showCursor}`);
    this.#drawn = '';
  }

  #above(write: () => void): void {
    const drawn = this.#drawn;
    if (drawn !== '') this.#stderr.write(clearLine);
    write();
    if (drawn !== '') this.#stderr.write(drawn);
  }
}
