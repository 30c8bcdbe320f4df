import { useState } from 'preact/hooks';
import { useSession } from '../api/session.ts';
import { Button } from '../ui/buttons.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Card } from '../ui/page.tsx';
import { Code } from '../ui/show.tsx';
import { useAction } from '../ui/use-action.ts';

interface Secret {
  secret: string;
  overlapUntil?: string;
}

/** The tenant's default secret: it signs webhooks that are given with a job. Shown when it is asked for. */
export function SigningSecretCard() {
  const { client } = useSession();
  const [shown, setShown] = useState<Secret>();
  const show = useAction(async () => setShown(await client.request<Secret>('GET', '/signing-secret')));
  const rotate = useAction(async () => setShown(await client.request<Secret>('POST', '/signing-secret/rotate')));
  return (
    <Card title="Signing secret">
      <p class="hint">It signs webhooks that are given with a job. Endpoints have secrets of their own.</p>
      <ErrorNotice error={show.error ?? rotate.error} />
      {shown && <Code text={shown.secret} what="the signing secret" />}
      {shown?.overlapUntil && (
        <p class="hint">The former one signs as well until {new Date(shown.overlapUntil).toLocaleString()}.</p>
      )}
      <div class="actions">
        {shown ? (
          <Button onClick={() => setShown(undefined)}>Hide</Button>
        ) : (
          <Button onClick={show.run} isBusy={show.isBusy}>
            Show
          </Button>
        )}
        <ConfirmButton label="Rotate" question="Rotate the signing secret?" onConfirm={rotate.run}>
          <p>A new secret signs from now on; the former one signs as well for a day.</p>
        </ConfirmButton>
      </div>
    </Card>
  );
}
