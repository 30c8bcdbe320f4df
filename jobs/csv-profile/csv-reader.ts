import type { JobError } from '../../lambdas/define-job.ts';
import { malformedCsv } from './malformed-csv.ts';

const maxRecordLength = 1024 * 1024;
const quote = '"'.charCodeAt(0);
const carriageReturn = '\r'.charCodeAt(0);
const lineFeed = '\n'.charCodeAt(0);

/** Stands for "the rest of this record has not arrived yet". */
const incomplete = -1;

/**
 * Reads CSV after RFC 4180 from text that arrives in pieces, and hands out one record after another. Lines end in CRLF,
 * LF or CR; blank lines are skipped; every record must be as wide as the first one.
 *
 * Written here, not taken from a package, because an error must name its true line and column: csv-parse counts a CRLF
 * in a quoted cell twice and reports an unclosed quote at the end of the file. The tests compare the two.
 */
export class CsvReader {
  /** The line on which the next record begins. */
  line = 1;
  readonly #delimiter: number;
  readonly #onRecord: (cells: string[]) => void;
  #text = '';
  #at = 0;
  #width: number | undefined;
  #ended = false;

  constructor(delimiter: string, onRecord: (cells: string[]) => void) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#onRecord = onRecord;
  }

  /** Takes the next piece of text. Throws a final JobError `malformed-csv` at the first fault. */
  write(chars: string): void {
    this.#text = this.#text.slice(this.#at) + chars;
    this.#at = 0;
    this.#readRecords();
    if (this.#text.length - this.#at > maxRecordLength) {
      throw this.#fault(this.#at, `the record that begins here is over ${maxRecordLength} characters long`);
    }
  }

  /** Says that no more text comes. */
  end(): void {
    this.#ended = true;
    this.#readRecords();
  }

  #readRecords(): void {
    while (this.#at < this.#text.length) {
      const next = this.#readRecord(this.#at);
      if (next === incomplete) return;
      this.#at = next;
    }
  }

  /** Reads the record at `start`, hands it out, and returns where the next one begins. */
  #readRecord(start: number): number {
    const text = this.#text;
    const cells: string[] = [];
    let surplusAt: number | undefined;
    let innerLines = 0;
    let at = start;
    for (;;) {
      if (cells.length === this.#width) surplusAt ??= at;
      const isQuoted = text.charCodeAt(at) === quote;
      const end = isQuoted ? this.#findClosingQuote(at) : this.#findCellEnd(at);
      if (end === incomplete) return incomplete;
      if (isQuoted) innerLines += countLines(text, at, end);
      cells.push(isQuoted ? text.slice(at + 1, end - 1).replaceAll('""', '"') : text.slice(at, end));
      at = end + 1;
      if (text.charCodeAt(end) === this.#delimiter) continue;

      const next = this.#findNextLine(end);
      if (next === incomplete) return incomplete;
      const isBlank = end === start;
      if (!isBlank) this.#handOut(cells, surplusAt, end);
      this.line += innerLines + 1;
      return next;
    }
  }

  /** Where an unquoted cell ends: at a delimiter, a line's end, or the end of the file. */
  #findCellEnd(start: number): number {
    const text = this.#text;
    for (let at = start; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (char === this.#delimiter || char === lineFeed || char === carriageReturn) return at;
      if (char === quote) {
        throw this.#fault(at, 'a quote stands inside a cell; the whole cell must be quoted, and the quote doubled');
      }
    }
    return this.#ended ? text.length : incomplete;
  }

  /** Where a quoted cell ends: just behind its closing quote. */
  #findClosingQuote(start: number): number {
    const text = this.#text;
    let at = text.indexOf('"', start + 1);
    while (at !== -1 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2);
    const end = at + 1;
    if (at === -1 || (end === text.length && !this.#ended)) {
      if (this.#ended) throw this.#fault(start, 'the quote that opens here is never closed');
      return incomplete;
    }
    const char = text.charCodeAt(end);
    const isEnd = end === text.length || char === this.#delimiter || char === lineFeed || char === carriageReturn;
    if (!isEnd) throw this.#fault(end, 'after a closing quote there must be a delimiter or the end of the line');
    return end;
  }

  #findNextLine(end: number): number {
    if (this.#text.charCodeAt(end) !== carriageReturn) return Math.min(end + 1, this.#text.length);
    if (end + 1 === this.#text.length && !this.#ended) return incomplete;
    return this.#text.charCodeAt(end + 1) === lineFeed ? end + 2 : end + 1;
  }

  #handOut(cells: string[], surplusAt: number | undefined, end: number): void {
    this.#width ??= cells.length;
    if (cells.length !== this.#width) {
      throw this.#fault(
        surplusAt ?? end,
        `the record has ${cells.length} cells; it must have ${this.#width}, as the first one has`,
      );
    }
    this.#onRecord(cells);
  }

  /** The error for a fault at `at`, which lies in the record that begins at `#at`. Columns count characters from 1. */
  #fault(at: number, what: string): JobError {
    const before = this.#text.slice(this.#at, at);
    const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
    const line = this.line + countLines(before, 0, before.length);
    const column = [...before.slice(lineStart)].length + 1;
    return malformedCsv(`Cannot read the CSV at line ${line}, column ${column}: ${what}`);
  }
}

/** Line ends in `text` from `start` up to `end`: CRLF, LF and CR count one each. */
function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at++) {
    const char = text.charCodeAt(at);
    if (char === lineFeed || (char === carriageReturn && text.charCodeAt(at + 1) !== lineFeed)) lines++;
  }
  return lines;
}
