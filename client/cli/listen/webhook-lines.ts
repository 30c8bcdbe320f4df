import type { WebhookEvent } from '../../../protocol/webhooks.ts';
import { cutTo, pad } from '../terminal/display-width.ts';
import type { Paint } from '../terminal/paint.ts';
import { printableJson } from '../terminal/printable.ts';
import { statusMark } from '../terminal/status-mark.ts';

interface LineOptions {
  /** Whether its `webhook-id` has come before. */
  isRepeated: boolean;
  nowMs: number;
  width: number;
  isUnicode: boolean;
  paint: Paint;
}

const indent = 10;
const widestData = 300;

/** What has arrived, in two lines: which event of which job, and what it says. */
export function webhookLines(
  event: WebhookEvent,
  { isRepeated, nowMs, width, isUnicode, paint }: LineOptions,
): string[] {
  const { mark, colour } = statusMark(event.type.split('.').at(-1) ?? '', isUnicode);
  const time = new Date(nowMs).toTimeString().slice(0, 8);
  const place = event.job === null ? '' : `  seq ${event.seq} after ${event.prevSeq}`;
  const own = event.endpoint === event.job ? '  (a webhook of its own)' : '';
  const again = isRepeated ? '  (again)' : '';
  const what = event.truncated ? `truncated, whole at ${event.url}` : printableJson(event.data);
  return [
    `${paint.dim(time)}  ${paint[colour](`${mark} ${pad(event.type, 14)}`)}  ${event.job ?? event.endpoint}${paint.dim(`${place}${own}${again}`)}`,
    `${' '.repeat(indent)}${paint.dim(cutTo(what, Math.min(widestData, width - indent)))}`,
  ];
}
