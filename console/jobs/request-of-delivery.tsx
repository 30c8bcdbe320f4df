import type { JobEvent } from '../../protocol/types.ts';
import type { Delivery } from '../../protocol/webhooks.ts';
import { useSession } from '../api/session.ts';
import { ErrorNotice } from '../ui/notice.tsx';
import { Code } from '../ui/show.tsx';
import { useLoad } from '../ui/use-load.ts';

interface RequestOfDeliveryProps {
  delivery: Delivery;
  /** Where it goes, where that is known. */
  url: string | undefined;
}

/** The request as its receiver gets it: the event out of the job's log, in the envelope of a webhook. */
export function RequestOfDelivery({ delivery, url }: RequestOfDeliveryProps) {
  const { client } = useSession();
  const { job, seq, endpoint } = delivery;
  const { value: event, error } = useLoad(`${job} ${seq}`, async (signal) =>
    job === null ? undefined : client.request<JobEvent>('GET', `/jobs/${job}/events/${seq}`, { signal }),
  );
  const known = { id: delivery.event, seq, prevSeq: 0, type: delivery.type, job: null };
  const body = JSON.stringify({ ...(job === null ? known : event), endpoint }, undefined, 2);
  const target = url === undefined ? 'the job’s webhook' : url;
  const text = [
    `POST ${target}`,
    'content-type: application/json',
    `webhook-id: ${delivery.id}`,
    'webhook-timestamp: <seconds at the attempt>',
    'webhook-signature: v1,<HMAC-SHA256 of id.timestamp.body>',
    '',
    body,
  ].join('\n');
  return (
    <details class="more">
      <summary>Request</summary>
      <ErrorNotice error={error} />
      {(job === null || event) && <Code text={text} what="the request" />}
      {job === null && <p class="hint">Events of no job are not kept whole: their time and data are left out here.</p>}
    </details>
  );
}
