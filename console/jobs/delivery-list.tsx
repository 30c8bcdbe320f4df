import { useState } from 'preact/hooks';
import type { Page as ListPage } from '../../protocol/types.ts';
import { type Delivery, type DeliveryAttempt, type DeliveryStatus, deliveryStatuses } from '../../protocol/webhooks.ts';
import { useSession } from '../api/session.ts';
import { formatCount, formatDuration } from '../model/format.ts';
import { paths } from '../model/routes.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Card } from '../ui/page.tsx';
import { Link } from '../ui/router.tsx';
import { Select } from '../ui/select.tsx';
import { Ago, Clock, Code, Empty, StatusBadge } from '../ui/show.tsx';
import { useAction } from '../ui/use-action.ts';
import { useLoad } from '../ui/use-load.ts';
import { RequestOfDelivery } from './request-of-delivery.tsx';

interface DeliveryListProps {
  /** The address that lists them, below the REST address. */
  source: string;
  title: string;
  /** True: more may come at any moment. */
  isLive: boolean;
  /** Where they go, where all go to one address. */
  url?: string;
  /** Another value has the list loaded again. */
  version?: number;
}

const soonMs = 2000;
const calmMs = 8000;

/** Deliveries with their attempts: of one job, or to one endpoint. */
export function DeliveryList({ source, title, isLive, url, version = 0 }: DeliveryListProps) {
  const { client } = useSession();
  const [status, setStatus] = useState<DeliveryStatus | ''>('');
  const [wasPending, setPending] = useState(false);
  const { value, error, reload } = useLoad(
    `${source} ${status} ${version}`,
    async (signal) => {
      const query = { limit: 50, ...(status && { status }) };
      const page = await client.request<ListPage<Delivery>>('GET', source, { query, signal });
      setPending(page.items.some((delivery) => delivery.status === 'pending'));
      return page;
    },
    { everyMs: isLive || wasPending ? soonMs : calmMs },
  );
  const isEmpty = value?.items.length === 0;
  const filter = (!isEmpty || status !== '') && (
    <Select
      label="Status"
      value={status}
      options={[['', 'Any'], ...deliveryStatuses.map((known) => [known, known] as const)]}
      onChange={(next) => setStatus(deliveryStatuses.find((known) => known === next) ?? '')}
    />
  );
  return (
    <Card title={title} aside={filter}>
      <ErrorNotice error={error} />
      {isEmpty && <Empty>None{status && ` is ${status}`} so far.</Empty>}
      <ul class="deliveries">
        {value?.items.map((delivery) => (
          <DeliveryItem key={delivery.id} delivery={delivery} url={url} onChange={reload} />
        ))}
      </ul>
      {value?.next !== undefined && <p class="hint">The newest 50 are shown.</p>}
    </Card>
  );
}

interface DeliveryItemProps {
  delivery: Delivery;
  url: string | undefined;
  onChange(): void;
}

function DeliveryItem({ delivery, url, onChange }: DeliveryItemProps) {
  const { client } = useSession();
  const [isOpen, setOpen] = useState(false);
  const redeliver = useAction(async () => {
    await client.request('POST', `/deliveries/${delivery.id}/redeliver`);
    onChange();
  });
  return (
    <li>
      <details class="delivery" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <StatusBadge status={delivery.status} />
          <code>{delivery.type}</code>
          <span class="hint">
            {formatCount(delivery.attempts.length, 'attempt')} · <Ago time={delivery.createdAt} />
            {delivery.nextAttemptAt && (
              <>
                {' '}
                · next <Ago time={delivery.nextAttemptAt} />
              </>
            )}
          </span>
        </summary>
        {isOpen && (
          <div class="delivery-body">
            <p class="hint">
              webhook-id <code>{delivery.id}</code>
              {delivery.job && (
                <>
                  {' '}
                  · <Link href={paths.job(delivery.job)}>the job</Link>
                </>
              )}
              {delivery.endpoint.startsWith('whk_') && url === undefined && (
                <>
                  {' '}
                  · <Link href={paths.webhook(delivery.endpoint)}>the endpoint</Link>
                </>
              )}
            </p>
            <ErrorNotice error={redeliver.error} />
            {delivery.attempts.toReversed().map((attempt) => (
              <AttemptView key={attempt.at} attempt={attempt} />
            ))}
            <RequestOfDelivery delivery={delivery} url={url} />
            <div class="actions">
              <Button onClick={redeliver.run} isBusy={redeliver.isBusy}>
                Redeliver
              </Button>
            </div>
          </div>
        )}
      </details>
    </li>
  );
}

/** One try, and what came back. */
function AttemptView({ attempt: { at, durationMs, status, body, error, probe } }: { attempt: DeliveryAttempt }) {
  const isGood = status !== undefined && status >= 200 && status < 300;
  return (
    <div class="attempt">
      <p>
        <span class={isGood ? 'answer answer-good' : 'answer answer-bad'}>{status ?? 'no answer'}</span>{' '}
        <span class="hint">
          <Clock time={at} /> · {formatDuration(durationMs)}
          {probe && ' · a probe'}
        </span>
      </p>
      {error && <p class="attempt-error">{error}</p>}
      {body && <Code text={body} what="the answer" />}
    </div>
  );
}
