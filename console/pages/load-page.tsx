import type { Job, JobType } from '../../protocol/types.ts';
import { readJobsOfLately } from '../api/load-of-jobs.ts';
import { useSession } from '../api/session.ts';
import { RateChart } from '../load/rate-chart.tsx';
import { formatDuration } from '../model/format.ts';
import { ratesOf, typeSummaries } from '../model/rates.ts';
import { paths } from '../model/routes.ts';
import { ErrorNotice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Link } from '../ui/router.tsx';
import { Ago } from '../ui/show.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { useLoad } from '../ui/use-load.ts';

const minutes = 30;
/** Each look may read some two thousand records. */
const refreshMs = 30_000;

/** How many of the tenant's jobs wait and run, and how many come and end each minute. */
export function LoadPage() {
  const { client } = useSession();
  const types = useLoad('types', (signal) => client.types({ signal }));
  const { value, error } = useLoad(
    'load',
    (signal) => readJobsOfLately(client, { sinceMs: Date.now() - minutes * 60_000, signal }),
    { everyMs: refreshMs },
  );
  return (
    <Page
      title="Load"
      lead="What waits, what runs, and how fast it goes: of your own jobs, over the last half hour. Operators have all tenants’ figures in CloudWatch."
    >
      <ErrorNotice error={error} />
      {value && types.value && (
        <>
          <Totals jobs={value.jobs} />
          <Card title="Jobs each minute">
            <RateChart buckets={ratesOf(value.jobs, { nowMs: value.readAtMs, minutes })} />
          </Card>
          <TypeTable jobs={value.jobs} types={types.value} />
          {value.isCut && <p class="hint">There are more jobs than are counted here: the figures are the newest’s.</p>}
        </>
      )}
    </Page>
  );
}

function Totals({ jobs }: { jobs: Job[] }) {
  const count = (wanted: (job: Job) => boolean) => jobs.filter(wanted).length;
  const totals = [
    ['Waiting', count(({ status }) => status === 'queued'), '/jobs?status=queued'],
    ['Running', count(({ status }) => status === 'running'), '/jobs?status=running'],
    ['Succeeded', count(({ status }) => status === 'succeeded'), '/jobs?status=succeeded'],
    ['Without success', count(({ done, status }) => done && status !== 'succeeded'), '/jobs?status=failed'],
  ] as const;
  return (
    <ul class="totals">
      {totals.map(([name, value, href]) => (
        <li key={name}>
          <Link href={href} class="tile total">
            <span class="total-value">{value}</span>
            <span class="hint">{name}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const heads = ['Type', 'Waiting', 'Running', 'Succeeded', 'Without success', 'Wait (median)', 'Run (median)'];

function TypeTable({ jobs, types }: { jobs: Job[]; types: JobType[] }) {
  const summaries = typeSummaries(
    jobs,
    types.map(({ name }) => name),
  );
  return (
    <Table caption="Load by job type" heads={heads} isGrid>
      {summaries.map(({ type, waiting, waitingSince, running, succeeded, unsuccessful, medianWaitMs, medianRunMs }) => (
        <tr key={type}>
          <Cell head="Type">
            <Link href={paths.type(type)}>{type}</Link>
          </Cell>
          <Cell head="Waiting">
            {waiting}
            {waitingSince && (
              <span class="hint">
                {' '}
                since <Ago time={waitingSince} />
              </span>
            )}
          </Cell>
          <Cell head="Running">{running}</Cell>
          <Cell head="Succeeded">{succeeded}</Cell>
          <Cell head="Without success">{unsuccessful}</Cell>
          <Cell head="Wait (median)">{durationOrNone(medianWaitMs)}</Cell>
          <Cell head="Run (median)">{durationOrNone(medianRunMs)}</Cell>
        </tr>
      ))}
    </Table>
  );
}

const durationOrNone = (ms: number | undefined) => (ms === undefined ? '–' : formatDuration(ms));
