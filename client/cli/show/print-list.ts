import { limits } from '../../../protocol/limits.ts';
import type { Page } from '../../../protocol/types.ts';
import type { Call, OptionSpecs, OptionValues } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { type Column, table } from '../terminal/table.ts';

/** The options of everything that lists. */
export const listOptions = {
  limit: {
    kind: 'number',
    value: 'n',
    minimum: 1,
    help: `at most so many; ${limits.defaultPageSize} where it is left out`,
  },
  all: { kind: 'flag', help: 'all of them, however many' },
} as const satisfies OptionSpecs;

interface List<Item> {
  path: string;
  query?: Record<string, string | undefined>;
  columns: readonly Column<Item>[];
  /** Said where there is nothing to list. */
  none: string;
}

/** Prints what a paged address lists: a table, or one JSON document a line, as it comes. */
export async function printList<Item>(call: Call, { path, query = {}, columns, none }: List<Item>): Promise<number> {
  const { screen, isJson } = call;
  const { limit, all } = call.values as OptionValues<typeof listOptions>;
  const wanted = all ? Number.POSITIVE_INFINITY : (limit ?? limits.defaultPageSize);
  const items: Item[] = [];
  let page: string | undefined;
  let count = 0;
  do {
    const size = Math.min(limits.maxPageSize, wanted - count);
    const found: Page<Item> = await call
      .service()
      .client.request('GET', path, { query: { ...query, limit: size, page } });
    count += found.items.length;
    if (isJson) for (const item of found.items) screen.printJson(item);
    else items.push(...found.items);
    page = found.next;
  } while (page !== undefined && count < wanted);
  if (isJson) return exitCode('done');
  if (count === 0) screen.tell(none);
  else for (const line of table(items, columns, screen)) screen.print(line);
  if (page !== undefined)
    screen.tell(screen.tellPaint.dim('There are more: --limit <n> shows as many, --all all of them.'));
  return exitCode('done');
}
