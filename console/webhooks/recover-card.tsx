import { useState } from 'preact/hooks';
import { useSession } from '../api/session.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Card } from '../ui/page.tsx';
import { Select } from '../ui/select.tsx';
import { useAction } from '../ui/use-action.ts';

const spans = [
  ['1', 'the last hour'],
  ['24', 'the last day'],
  ['168', 'the last week'],
  ['720', 'the last 30 days'],
] as const;

interface Recovered {
  count: number;
  /** Where to go on: there was no time for all. */
  next?: string;
}

const hourMs = 3_600_000;

/** Sends again what has failed within a time. */
export function RecoverCard({ id, onRecovered }: { id: string; onRecovered(): void }) {
  const { client } = useSession();
  const [hours, setHours] = useState('24');
  const [recovered, setRecovered] = useState<Recovered>();
  const recover = useAction(async () => {
    const since = new Date(Date.now() - Number(hours) * hourMs).toISOString();
    let found: Recovered = { count: 0 };
    do {
      const body = { since, ...(found.next !== undefined && { page: found.next }) };
      const { count, next } = await client.request<Recovered>('POST', `/webhooks/${id}/recover`, { body });
      found = { count: found.count + count, ...(next !== undefined && { next }) };
      setRecovered(found);
    } while (found.next !== undefined);
    onRecovered();
  });
  return (
    <Card title="Recover">
      {recovered && (
        <Notice kind="good">
          {wordsOf(recovered.count)}
          {recovered.next !== undefined && recover.isBusy && ' Older ones are looked for.'}
        </Notice>
      )}
      <ErrorNotice error={recover.error} />
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          recover.run();
        }}
      >
        <Select label="Send again what failed in" value={hours} options={spans} onChange={setHours} />
        <Button isBusy={recover.isBusy}>Recover</Button>
      </form>
    </Card>
  );
}

function wordsOf(count: number): string {
  if (count === 0) return 'Nothing has failed in that time.';
  return count === 1 ? 'One failed delivery is sent again.' : `${count} failed deliveries are sent again.`;
}
