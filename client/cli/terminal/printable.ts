import { stripVTControlCharacters } from 'node:util';

/** What moves the cursor, hides text or turns its direction: all control characters but tab and newline. */
const unprintable = /[^\P{Cc}\t\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * `text` as it may go to a terminal. What a job says comes from others: it must not move the cursor, colour the
 * screen, or set the window's title.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(unprintable, '');
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** JSON text for a terminal: what is unprintable is escaped, so that the value stays the same. */
export function printableJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) ?? 'null';
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
