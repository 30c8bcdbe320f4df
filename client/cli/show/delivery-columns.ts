import type { Delivery } from '../../../protocol/webhooks.ts';
import { ago } from '../terminal/duration.ts';
import { printableLine } from '../terminal/printable.ts';
import type { Screen } from '../terminal/screen.ts';
import { statusMark } from '../terminal/status-mark.ts';
import type { Column } from '../terminal/table.ts';
import { markedStatus } from './job-columns.ts';

/** What a list says of each delivery. */
export function deliveryColumns({ paint, isUnicode }: Screen): Column<Delivery>[] {
  const nowMs = Date.now();
  return [
    { title: 'DELIVERY', cell: ({ id }) => id, isWhole: true },
    {
      title: 'STATUS',
      cell: ({ status }) => markedStatus(status, isUnicode),
      paint: ({ status }) => paint[statusMark(status, isUnicode).colour],
    },
    { title: 'EVENT', cell: ({ type }) => type },
    { title: 'MADE', cell: ({ createdAt }) => ago(createdAt, nowMs) },
    { title: 'TRIES', cell: ({ attempts }) => String(attempts.length) },
    { title: 'LAST ANSWER', cell: lastAnswer },
    { title: 'TO', cell: ({ endpoint }) => endpoint },
  ];
}

/** What came back last: a status, or why nothing did. */
export function lastAnswer({ attempts }: Delivery): string {
  const last = attempts.at(-1);
  if (!last) return '';
  const said = last.error ?? (last.status === undefined ? '' : String(last.status));
  return printableLine(`${said} (${last.durationMs} ms)`);
}
