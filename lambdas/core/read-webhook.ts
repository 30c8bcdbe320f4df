import type { JobWebhook, Json } from '../../protocol/types.ts';
import { webhookFilters } from '../../protocol/webhooks.ts';
import { readList, readUrl } from './read-endpoint.ts';
import { readFields } from './read-fields.ts';

interface Place {
  /** Where the submit stands in the body. */
  pointer: string;
  allowLoopback: boolean;
}

/** The `webhook` of a submit: an endpoint for that job alone. Notes its faults among those of the submit. */
export function readWebhook(
  submit: ReturnType<typeof readFields>,
  { pointer, allowLoopback }: Place,
): JobWebhook | undefined {
  const given: Json | undefined = submit.field('webhook');
  if (given === undefined) return undefined;
  const fields = readFields(given, `${pointer}/webhook`);
  if (fields.field('url') === undefined) fields.fault('url', 'Must be there: where the webhooks go');
  const url = readUrl(fields, { allowLoopback });
  const events = readList(fields, { name: 'events', allowed: webhookFilters });
  fields.refuseUnknown();
  submit.faults.push(...fields.faults);
  return url === undefined ? undefined : { url, ...(events && { events }) };
}
