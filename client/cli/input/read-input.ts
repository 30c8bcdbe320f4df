import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Json } from '../../../protocol/types.ts';
import type { Call } from '../command.ts';
import { UsageError } from '../usage-error.ts';
import { type InputPart, readField } from './build-input.ts';

/** Reads what stands after `--input` and among the words: `@file.json`, `-`, JSON text, or `key=value`. */
export async function readInput(
  given: readonly string[],
  words: readonly string[],
  { folder, stdin }: Pick<Call, 'folder' | 'stdin'>,
): Promise<InputPart[]> {
  const parts: InputPart[] = [];
  for (const each of given) parts.push(await readPart(each, { folder, stdin }));
  for (const word of words) parts.push(fieldPart(word));
  return parts;
}

async function readPart(given: string, { folder, stdin }: Pick<Call, 'folder' | 'stdin'>): Promise<InputPart> {
  if (given === '-' || given === '@-') {
    return { kind: 'whole', value: parse(await text(stdin), 'standard input'), from: 'standard input' };
  }
  if (given.startsWith('@')) {
    const file = given.slice(1);
    return { kind: 'whole', value: parse(readText(resolve(folder, file), file), file), from: file };
  }
  if (/^\s*[[{"]/.test(given)) return { kind: 'whole', value: parse(given, '--input'), from: '--input' };
  return fieldPart(given);
}

function fieldPart(word: string): InputPart {
  const field = readField(word);
  if (field) return { kind: 'field', ...field };
  throw new UsageError(
    `Cannot use "${word}" as input: it must be key=value, @file.json, - or JSON text such as '{"key":1}'`,
  );
}

function parse(json: string, from: string): Json {
  try {
    // Editors of Windows begin a file with a mark that JSON does not know.
    return JSON.parse(json.replace(/^\ufeff/, ''));
  } catch (error) {
    const hint = from === '--input' || from === 'standard input' ? '' : `; --file ${from} uploads it as it is`;
    throw new UsageError(`Cannot read the input of ${from}: ${(error as Error).message}, it must be JSON${hint}`);
  }
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${name}: ${reasonOf(error)}, it must be a file with JSON`);
  }
}

/** Why a file cannot be read, in plain words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'it may not be read';
  return message;
}
