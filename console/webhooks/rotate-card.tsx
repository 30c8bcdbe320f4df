import { useState } from 'preact/hooks';
import { useSession } from '../api/session.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Card } from '../ui/page.tsx';
import { Select } from '../ui/select.tsx';
import { useAction } from '../ui/use-action.ts';
import { SecretNotice } from './secret-notice.tsx';

const overlaps = [
  ['86400', 'for a day'],
  ['3600', 'for an hour'],
  ['604800', 'for a week'],
  ['0', 'not at all'],
] as const;

interface Rotated {
  secret: string;
  overlapUntil: string;
}

/** Gives an endpoint a new secret. */
export function RotateCard({ id }: { id: string }) {
  const { client } = useSession();
  const [overlapSeconds, setOverlap] = useState('86400');
  const [rotated, setRotated] = useState<Rotated>();
  const rotate = useAction(async () => {
    const body = { overlapSeconds: Number(overlapSeconds) };
    setRotated(await client.request<Rotated>('POST', `/webhooks/${id}/rotate-secret`, { body }));
  });
  return (
    <Card title="Secret">
      {rotated && (
        <SecretNotice
          secret={rotated.secret}
          overlapUntil={overlapSeconds === '0' ? undefined : rotated.overlapUntil}
        />
      )}
      <ErrorNotice error={rotate.error} />
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          rotate.run();
        }}
      >
        <Select
          label="The present secret goes on signing"
          value={overlapSeconds}
          options={overlaps}
          onChange={setOverlap}
        />
        <Button isBusy={rotate.isBusy}>Rotate secret</Button>
      </form>
    </Card>
  );
}
