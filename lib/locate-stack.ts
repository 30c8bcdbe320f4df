import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, relative } from 'node:path';

interface LocateOptions {
  map: SourceMapPayload;
  /** The bundle's folder, which the map's paths start from. */
  directory: string;
  root: string;
  /** The bundle's own name. @default index.js */
  file?: string;
}

/** `text` with every place in the bundle replaced by the one in the sources that it was made from, such as lambdas/live.ts:12:3. */
export function locateStack(text: string, { map, directory, root, file = 'index.js' }: LocateOptions): string {
  const sourceMap = new SourceMap(map);
  // As stack traces name it on Lambda and elsewhere.
  const place = new RegExp(String.raw`(?:file://)?[^\s()"]*\b${file.replace('.', String.raw`\.`)}:(\d+):(\d+)`, 'g');
  return text.replace(place, (written, line: string, column: string) => {
    const origin = sourceMap.findOrigin(Number(line), Number(column));
    if (!('fileName' in origin)) return written;
    const { fileName, lineNumber, columnNumber } = origin;
    return `${relative(root, join(directory, fileName))}:${lineNumber}:${columnNumber}`;
  });
}
