import type { JobType } from '../../../protocol/types.ts';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { getType } from '../find-type.ts';
import { isRequired, propertiesOf, resolveReference } from '../input/json-schema.ts';
import { typeLines } from '../show/type-lines.ts';
import { printableLine } from '../terminal/printable.ts';
import { table } from '../terminal/table.ts';

/** `types [name]`. */
export const types = defineCommand({
  name: 'types',
  summary: 'lists job types, or shows what one takes and gives',
  words: [{ name: 'name', help: 'a job type', optional: true }],
  options: {},
  examples: ['types', 'types csv-profile', 'types csv-profile --json'],
  async run(call) {
    const [name] = call.words;
    const { screen, isJson } = call;
    if (name !== undefined) {
      const type = await getType(call, name);
      if (isJson) screen.printJson(type, 2);
      else for (const line of typeLines(type, call)) screen.print(line);
      return exitCode('done');
    }
    const all = await call.service().client.types();
    if (isJson) {
      for (const type of all) screen.printJson(type);
      return exitCode('done');
    }
    if (all.length === 0) screen.tell('There are no job types yet: a file in jobs/ makes one.');
    const columns = [
      { title: 'TYPE', cell: (type: JobType) => printableLine(type.name), isWhole: true as const },
      { title: 'TAKES', cell: fieldNames },
      { title: 'DOES', cell: (type: JobType) => printableLine(type.description) },
    ];
    if (all.length > 0) for (const line of table(all, columns, screen)) screen.print(line);
    return exitCode('done');
  },
});

/** `steps intervalMs [label]`: what may be left out stands in brackets. */
function fieldNames({ input }: JobType): string {
  const schema = resolveReference(input, input);
  return Object.keys(propertiesOf(schema))
    .map((name) => printableLine(isRequired(schema, name) ? name : `[${name}]`))
    .join(' ');
}
