import type { Job } from '../../../protocol/types.ts';
import type { Call } from '../command.ts';
import { printableJson } from '../terminal/printable.ts';

/**
 * Prints the output of a job that has succeeded: all of it where it goes into a file or a pipe, as much as fits where
 * a person looks at it.
 */
export async function printOutput(call: Call, job: Job): Promise<void> {
  const { screen, program } = call;
  const output = await call.service().client.output(job);
  if (!screen.isTerminal) return screen.printJson(output, 2);
  const lines = printableJson(output, 2).split('\n');
  const shown = Math.max(10, screen.height - 6);
  if (lines.length <= shown) return screen.print(lines.join('\n'));
  screen.print(lines.slice(0, shown - 1).join('\n'));
  const { dim } = screen.paint;
  screen.print(dim(`... ${lines.length - shown + 1} lines more: ${program} get ${job.id} --output`));
}
