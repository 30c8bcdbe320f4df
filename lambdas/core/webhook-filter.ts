import { type EventType, isEnd } from '../../protocol/lifecycle.ts';
import { webhookEventTypes } from '../../protocol/webhooks.ts';

/** What an endpoint asks for. */
export interface WebhookFilter {
  /** Left out, or empty: the four ends. */
  events?: readonly string[] | undefined;
  /** Job types; left out, or empty: all of them. */
  types?: readonly string[] | undefined;
}

/** True where an endpoint asks for such an event of a job of such a type. Progress and parts nobody can ask for. */
export function wantsEvent(
  { events = [], types = [] }: WebhookFilter,
  { event, jobType }: { event: EventType; jobType: string },
): boolean {
  if (!webhookEventTypes.includes(event)) return false;
  if (types.length > 0 && !types.includes(jobType)) return false;
  if (events.length === 0) return isEnd(event);
  return events.some((wanted) => wanted === event || (wanted.endsWith('.*') && event.startsWith(wanted.slice(0, -1))));
}
