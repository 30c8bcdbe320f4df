import { useState } from 'preact/hooks';
import type { Job, Page as ListPage } from '../../protocol/types.ts';
import { useSession } from '../api/session.ts';
import { formatCount, shortId } from '../model/format.ts';
import { paths } from '../model/routes.ts';
import { Button } from '../ui/buttons.tsx';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Link, navigate } from '../ui/router.tsx';
import { Select } from '../ui/select.tsx';
import { Ago, Empty } from '../ui/show.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { useAction } from '../ui/use-action.ts';
import { useLoad } from '../ui/use-load.ts';

interface Redriven {
  jobs: string[];
  /** Where to go on: there was no time for all. */
  next?: string;
}

const refreshMs = 8000;

/** Jobs that ran out of runs, or whose message could not be processed. */
export function DeadLettersPage({ query }: { query: URLSearchParams }) {
  const { client } = useSession();
  const type = query.get('type') ?? '';
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [redriven, setRedriven] = useState<Redriven>();
  const types = useLoad('types', (signal) => client.types({ signal }));
  const filter = type === '' ? {} : { type };
  const letters = useLoad(
    `dead letters ${type}`,
    (signal) => client.request<ListPage<Job>>('GET', '/dead-letters', { query: { ...filter, limit: 50 }, signal }),
    { everyMs: refreshMs },
  );
  const redrive = useAction(async (which: object) => {
    let made: Redriven = { jobs: [] };
    do {
      const body = { ...which, ...(made.next !== undefined && { page: made.next }) };
      const { jobs, next } = await client.request<Redriven>('POST', '/dead-letters/redrive', { body });
      made = { jobs: [...made.jobs, ...jobs], ...(next !== undefined && { next }) };
      setRedriven(made);
    } while (made.next !== undefined);
    setChosen([]);
    letters.reload();
  });
  const clear = useAction(async () => {
    await client.request('DELETE', '/dead-letters', { query: filter });
    letters.reload();
  });
  const items = letters.value?.items ?? [];
  const listed = chosen.filter((id) => items.some((job) => job.id === id));
  const scope = type === '' ? 'all' : `all of ${type}`;
  return (
    <Page
      title="Dead letters"
      lead="Jobs that failed in every run, or whose message could not be processed. Redriving one makes a new job of it."
    >
      <search class="filters">
        <Select
          label="Type"
          value={type}
          options={[['', 'All types'], ...(types.value?.map(({ name }) => [name, name] as const) ?? [])]}
          onChange={(next) =>
            navigate(next === '' ? '/dead-letters' : `/dead-letters?type=${encodeURIComponent(next)}`)
          }
        />
        <div class="actions">
          <Button
            kind="primary"
            onClick={() => redrive.run({ jobs: listed })}
            isBusy={redrive.isBusy}
            isDisabled={listed.length === 0}
          >
            Redrive {listed.length === 0 ? 'chosen' : formatCount(listed.length, 'job')}
          </Button>
          <Button onClick={() => redrive.run(filter)} isBusy={redrive.isBusy} isDisabled={items.length === 0}>
            Redrive {scope}
          </Button>
          <ConfirmButton
            label={`Clear ${scope}`}
            question={`Clear ${scope}?`}
            onConfirm={clear.run}
            isDisabled={items.length === 0}
          >
            <p>They leave this list. The jobs themselves stay as long as they would have.</p>
          </ConfirmButton>
        </div>
      </search>
      <ErrorNotice error={letters.error ?? redrive.error ?? clear.error} />
      {redriven && <RedrivenNotice jobs={redriven.jobs} />}
      {letters.value && items.length === 0 && <Empty>There is none. That is how it should be.</Empty>}
      {items.length > 0 && <LetterTable jobs={items} chosen={listed} onChoose={setChosen} />}
      {letters.value?.next !== undefined && <p class="hint">The newest 50 are shown.</p>}
    </Page>
  );
}

function RedrivenNotice({ jobs }: Pick<Redriven, 'jobs'>) {
  return (
    <Notice kind="good" title={`${formatCount(jobs.length, 'new job')} made`}>
      <p class="link-row">
        {jobs.slice(0, 10).map((id) => (
          <Link key={id} href={paths.job(id)} class="mono">
            {shortId(id)}
          </Link>
        ))}
      </p>
    </Notice>
  );
}

interface LetterTableProps {
  jobs: Job[];
  chosen: readonly string[];
  onChoose(chosen: string[]): void;
}

function LetterTable({ jobs, chosen, onChoose }: LetterTableProps) {
  const toggle = (id: string) =>
    onChoose(chosen.includes(id) ? chosen.filter((known) => known !== id) : [...chosen, id]);
  return (
    <Table caption="Dead letters" heads={['Choose', 'Job', 'Type', 'Error', 'Failed']}>
      {jobs.map(({ id, type, error, finishedAt, createdAt }) => (
        <tr key={id}>
          <Cell head="Choose">
            <input
              type="checkbox"
              aria-label={`Choose ${id}`}
              checked={chosen.includes(id)}
              onChange={() => toggle(id)}
            />
          </Cell>
          <Cell head="Job">
            <Link href={paths.job(id)} class="mono" title={id}>
              {shortId(id)}
            </Link>
          </Cell>
          <Cell head="Type">{type}</Cell>
          <Cell head="Error">
            <code>{error?.cause?.code ?? error?.code}</code>
            <p class="hint">{error?.cause?.message ?? error?.message}</p>
          </Cell>
          <Cell head="Failed">
            <Ago time={finishedAt ?? createdAt} />
          </Cell>
        </tr>
      ))}
    </Table>
  );
}
