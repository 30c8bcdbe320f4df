import type { Explanation } from './explain-error.ts';
import { printableJson } from './terminal/printable.ts';
import type { Screen } from './terminal/screen.ts';

/** Tells what went wrong and what to do next: in lines for a person, as one JSON document for a program. */
export function tellError(
  { exitCode, ...explanation }: Explanation,
  { screen, isJson }: { screen: Screen; isJson: boolean },
): void {
  if (isJson) {
    screen.tell(printableJson({ error: explanation, exitCode }));
    return;
  }
  const { red, dim, yellow } = screen.tellPaint;
  const { message, remedy, faults = [], code, requestId } = explanation;
  const named = code === undefined ? '' : ` ${dim(`(${[code, requestId].filter(Boolean).join(', ')})`)}`;
  screen.tell(`${red(screen.isUnicode ? '✗' : 'x')} ${message}${named}`);
  for (const { field, detail } of faults) screen.tell(`  ${yellow(field)}  ${detail}`);
  if (remedy !== undefined) screen.tell(`  ${dim(screen.isUnicode ? '→' : '->')} ${remedy}`);
}
