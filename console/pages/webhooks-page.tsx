import { useState } from 'preact/hooks';
import type { Page as ListPage } from '../../protocol/types.ts';
import type { Endpoint } from '../../protocol/webhooks.ts';
import { useSession } from '../api/session.ts';
import { paths } from '../model/routes.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Link } from '../ui/router.tsx';
import { Empty, StatusBadge } from '../ui/show.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { useLoad } from '../ui/use-load.ts';
import { EndpointForm } from '../webhooks/endpoint-form.tsx';
import { SecretNotice } from '../webhooks/secret-notice.tsx';
import { SigningSecretCard } from '../webhooks/signing-secret-card.tsx';

type NewEndpoint = Endpoint & { secret: string };

/** The tenant's webhook endpoints. */
export function WebhooksPage() {
  const { client } = useSession();
  const [isAdding, setAdding] = useState(false);
  const [added, setAdded] = useState<NewEndpoint>();
  const { value, error, reload } = useLoad('webhooks', (signal) =>
    client.request<ListPage<Endpoint>>('GET', '/webhooks', { query: { limit: 100 }, signal }),
  );
  async function create(body: Record<string, unknown>): Promise<void> {
    setAdded(await client.request<NewEndpoint>('POST', '/webhooks', { body }));
    setAdding(false);
    reload();
  }
  const disabled = value?.items.filter((endpoint) => endpoint.disabled) ?? [];
  return (
    <Page
      title="Webhooks"
      lead="Addresses that are told when jobs begin and end, signed after Standard Webhooks."
      actions={!isAdding && <Button onClick={() => setAdding(true)}>Add an endpoint</Button>}
    >
      <ErrorNotice error={error} />
      {added && <SecretNotice secret={added.secret} />}
      {disabled.map(({ id, url, disabled: reason }) => (
        <Notice key={id} kind="warn" title="The service has disabled an endpoint">
          <p>
            <Link href={paths.webhook(id)}>{url}</Link>{' '}
            {reason?.reason === 'gone' ? 'answered 410, so it is gone.' : 'has failed for five days.'}
          </p>
        </Notice>
      ))}
      {isAdding && (
        <Card
          title="New endpoint"
          aside={
            <Button kind="quiet" onClick={() => setAdding(false)}>
              Close
            </Button>
          }
        >
          <EndpointForm submitLabel="Create endpoint" send={create} />
        </Card>
      )}
      {value?.items.length === 0 && !isAdding && <Empty>There is none yet.</Empty>}
      {value && value.items.length > 0 && <EndpointTable endpoints={value.items} />}
      <SigningSecretCard />
    </Page>
  );
}

const heads = ['URL', 'Events', 'Types', 'State'];

function EndpointTable({ endpoints }: { endpoints: Endpoint[] }) {
  return (
    <Table caption="Webhook endpoints" heads={heads}>
      {endpoints.map(({ id, url, description, events, types, enabled }) => (
        <tr key={id}>
          <Cell head="URL">
            <Link href={paths.webhook(id)} class="break">
              {url}
            </Link>
            {description && <p class="hint">{description}</p>}
          </Cell>
          <Cell head="Events">{events.join(', ')}</Cell>
          <Cell head="Types">{types?.join(', ') ?? 'all'}</Cell>
          <Cell head="State">
            <StatusBadge status={enabled ? 'enabled' : 'disabled'} />
          </Cell>
        </tr>
      ))}
    </Table>
  );
}
