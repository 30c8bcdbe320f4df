import { useState } from 'preact/hooks';
import type { Delivery, Endpoint } from '../../protocol/webhooks.ts';
import { useSession } from '../api/session.ts';
import { DeliveryList } from '../jobs/delivery-list.tsx';
import { Button } from '../ui/buttons.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Link, navigate } from '../ui/router.tsx';
import { Ago, Facts, StatusBadge } from '../ui/show.tsx';
import { useAction } from '../ui/use-action.ts';
import { useLoad } from '../ui/use-load.ts';
import { EndpointForm } from '../webhooks/endpoint-form.tsx';
import { RecoverCard } from '../webhooks/recover-card.tsx';
import { RotateCard } from '../webhooks/rotate-card.tsx';

/** One webhook endpoint: what is sent to it, what came back, and what can be done about it. */
export function WebhookPage({ id }: { id: string }) {
  const { client } = useSession();
  const [version, setVersion] = useState(0);
  const {
    value: endpoint,
    error,
    reload,
  } = useLoad(`webhook ${id}`, (signal) => client.request<Endpoint>('GET', `/webhooks/${id}`, { signal }));
  const showDeliveries = () => setVersion((count) => count + 1);
  const test = useAction(async () => {
    await client.request<Delivery>('POST', `/webhooks/${id}/test`);
    showDeliveries();
  });
  const change = async (body: Record<string, unknown>) => {
    await client.request('PATCH', `/webhooks/${id}`, { body });
    reload();
  };
  const toggle = useAction(() => change({ enabled: !endpoint?.enabled }));
  const remove = useAction(async () => {
    await client.request('DELETE', `/webhooks/${id}`);
    navigate('/webhooks');
  });
  return (
    <Page
      title="Webhook endpoint"
      above={<Link href="/webhooks">Webhooks</Link>}
      lead={endpoint && <span class="break">{endpoint.url}</span>}
      actions={
        endpoint && (
          <>
            <Button kind="primary" onClick={test.run} isBusy={test.isBusy} isDisabled={!endpoint.enabled}>
              Send a test
            </Button>
            <Button onClick={toggle.run} isBusy={toggle.isBusy}>
              {endpoint.enabled ? 'Disable' : 'Enable'}
            </Button>
            <ConfirmButton
              label="Delete"
              question="Delete this endpoint?"
              onConfirm={remove.run}
              isBusy={remove.isBusy}
            >
              <p>What is on its way to it is not sent any more. This cannot be undone.</p>
            </ConfirmButton>
          </>
        )
      }
    >
      <ErrorNotice error={error ?? test.error ?? toggle.error ?? remove.error} />
      {endpoint && (
        <>
          <DisabledNotice endpoint={endpoint} />
          <div class="columns">
            <div>
              <DeliveryList
                title="Recent deliveries"
                source={`/webhooks/${id}/deliveries`}
                url={endpoint.url}
                version={version}
                isLive={false}
              />
              <Card title="Change it">
                <EndpointForm
                  key={JSON.stringify(endpoint)}
                  endpoint={endpoint}
                  submitLabel="Save changes"
                  send={change}
                />
              </Card>
            </div>
            <div>
              <EndpointFacts endpoint={endpoint} />
              <RotateCard id={id} />
              <RecoverCard id={id} onRecovered={showDeliveries} />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

function DisabledNotice({ endpoint: { disabled } }: { endpoint: Endpoint }) {
  if (!disabled) return null;
  return (
    <Notice kind="warn" title="The service has disabled this endpoint">
      <p>
        {disabled.reason === 'gone' ? 'It answered 410, so it is gone.' : 'It has failed for five days.'} Mend it,
        enable it, then recover what has failed since.
      </p>
    </Notice>
  );
}

function EndpointFacts({ endpoint: { id, enabled, events, types, createdAt, description } }: { endpoint: Endpoint }) {
  return (
    <Card title="About it">
      <Facts
        items={[
          ['State', <StatusBadge key="state" status={enabled ? 'enabled' : 'disabled'} />],
          ['Events', events.join(', ')],
          ['Job types', types?.join(', ') ?? 'all'],
          ['Created', <Ago key="created" time={createdAt} />],
          ...(description === undefined ? [] : ([['Description', description]] as [string, string][])),
          ['Id', <code key="id">{id}</code>],
        ]}
      />
    </Card>
  );
}
