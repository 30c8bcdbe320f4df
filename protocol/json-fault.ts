import { limits } from './limits.ts';

type Expected = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | ', or the end' | 'the end of the text';

const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words = ['true', 'false', 'null'];

/**
 * Says what is the first thing wrong in `text` as JSON (RFC 8259), and where: bad syntax, nesting beyond
 * `limits.maxJsonDepth`, or a number that no double can hold. Undefined where nothing is.
 */
export function findJsonFault(text: string): string | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = skipBlanks(text, 0);
  for (; at < text.length; at = skipBlanks(text, at)) {
    const char = text.charAt(at);
    if (closes(char, open.at(-1), expected)) {
      open.pop();
      at++;
      expected = afterValue(open);
    } else if (expected === ', or the end' && char === ',') {
      expected = open.at(-1) === '{' ? 'key' : 'value';
      at++;
    } else if (expected === ':' && char === ':') {
      expected = 'value';
      at++;
    } else if ((expected === 'key' || expected === 'key or }') && char === '"') {
      const end = endOfString(text, at);
      if (typeof end === 'string') return end;
      at = end;
      expected = ':';
    } else if (expected === 'value' || expected === 'value or ]') {
      if (char === '{' || char === '[') {
        open.push(char);
        if (open.length > limits.maxJsonDepth)
          return `nested deeper than ${limits.maxJsonDepth} levels ${place(text, at)}`;
        expected = char === '{' ? 'key or }' : 'value or ]';
        at++;
        continue;
      }
      const end = endOfScalar(text, at);
      if (typeof end === 'string') return end;
      at = end;
      expected = afterValue(open);
    } else {
      return unexpected(text, at, expected);
    }
  }
  return expected === 'the end of the text' ? undefined : unexpected(text, at, expected);
}

function closes(char: string, open: string | undefined, expected: Expected): boolean {
  if (char === '}') return open === '{' && (expected === 'key or }' || expected === ', or the end');
  if (char === ']') return open === '[' && (expected === 'value or ]' || expected === ', or the end');
  return false;
}

const afterValue = (open: string[]): Expected => (open.length > 0 ? ', or the end' : 'the end of the text');

/** The index after the scalar that begins at `at`, or what is wrong with it. */
function endOfScalar(text: string, at: number): number | string {
  if (text[at] === '"') return endOfString(text, at);
  const word = words.find((each) => text.startsWith(each, at));
  if (word) return at + word.length;
  numberToken.lastIndex = at;
  const number = numberToken.exec(text)?.[0];
  if (number === undefined) return unexpected(text, at, 'value');
  if (!Number.isFinite(Number(number))) return `a number that no double can hold ${place(text, at)}`;
  return at + number.length;
}

function endOfString(text: string, start: number): number | string {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return at + 1;
    if (char < ' ') return `a control character inside a string ${place(text, at)}`;
    if (char !== '\\') continue;
    const escaped = text.slice(at, at + 6);
    if (/^\\u[0-9a-fA-F]{4}/.test(escaped)) at += 5;
    else if (/^\\["\\/bfnrt]/.test(escaped)) at += 1;
    else return `an unknown escape inside a string ${place(text, at)}`;
  }
  return `a string without its end ${place(text, start)}`;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++;
  return at;
}

function unexpected(text: string, at: number, expected: Expected): string {
  const codePoint = text.codePointAt(at);
  const found = codePoint === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(codePoint));
  return `expected ${expected === 'value' || expected === 'key' ? `a ${expected}` : expected}, found ${found} ${place(text, at)}`;
}

function place(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `at line ${line}, column ${at - before.lastIndexOf('\n')}`;
}
