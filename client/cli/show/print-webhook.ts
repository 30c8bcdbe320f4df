import type { Endpoint } from '../../../protocol/webhooks.ts';
import type { Call } from '../command.ts';
import { ago } from '../terminal/duration.ts';
import { printableLine } from '../terminal/printable.ts';
import { statusMark } from '../terminal/status-mark.ts';
import { pairs } from '../terminal/table.ts';
import { markedStatus } from './job-columns.ts';

/** A webhook as its creation shows it. */
export type EndpointWithSecret = Endpoint & { secret?: string };

const reasons = { failing: 'it failed for days', gone: 'it answered 410 Gone' } as const;

/** Prints all that is known of a webhook. */
export function printWebhook({ screen, isJson }: Call, webhook: EndpointWithSecret): void {
  if (isJson) {
    screen.printJson(webhook, 2);
    return;
  }
  const { paint, isUnicode } = screen;
  const { id, url, events, types, description, headers = {}, createdAt, disabled, secret } = webhook;
  const state = stateOf(webhook);
  const entries: [string, string | undefined][] = [
    ['webhook', paint.bold(id)],
    ['url', printableLine(url)],
    ['status', paint[statusMark(state, isUnicode).colour](markedStatus(state, isUnicode))],
    ['disabled', disabled && `${disabled.at}, for ${reasons[disabled.reason]}`],
    ['events', events.join(', ')],
    ['types', types?.map(printableLine).join(', ') ?? 'all'],
    ['description', description && printableLine(description)],
    // Their values may be secrets of the receiver's.
    ['headers', Object.keys(headers).join(', ')],
    ['made', `${createdAt}  ${paint.dim(ago(createdAt, Date.now()))}`],
    ['secret', secret],
  ];
  for (const line of pairs(
    entries.flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
    paint,
  )) {
    screen.print(line);
  }
}

/** Whether it is sent anything. */
export function stateOf({ enabled }: Endpoint): 'enabled' | 'disabled' {
  return enabled ? 'enabled' : 'disabled';
}
