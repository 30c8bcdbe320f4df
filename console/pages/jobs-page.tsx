import { jobStatuses } from '../../protocol/lifecycle.ts';
import type { Job } from '../../protocol/types.ts';
import { useSession } from '../api/session.ts';
import { formatDuration, shortId } from '../model/format.ts';
import { emptyListText, readFilters, refreshMsOf, writeFilters } from '../model/job-filters.ts';
import { paths } from '../model/routes.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Link, navigate } from '../ui/router.tsx';
import { Select } from '../ui/select.tsx';
import { Ago, Empty, ProgressBar, StatusBadge } from '../ui/show.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { useLoad } from '../ui/use-load.ts';

const heads = ['Job', 'Type', 'Status', 'Submitted', 'Took'];

/** The tenant's jobs, the newest first. */
export function JobsPage({ query }: { query: URLSearchParams }) {
  const { client } = useSession();
  const filters = readFilters(query);
  const types = useLoad('types', (signal) => client.types({ signal }));
  const jobs = useLoad(writeFilters(filters), (signal) => client.list({ ...filters, limit: 20 }, { signal }), {
    everyMs: refreshMsOf(filters),
  });
  const choose = (change: object) => navigate(`/jobs${writeFilters({ ...filters, page: '', ...change })}`);
  const typeNames = types.value?.map(({ name }) => [name, name] as const) ?? [];
  const { items, next } = jobs.value ?? {};
  return (
    <Page title="Jobs" lead="The newest first. The list is kept up to date.">
      <search class="filters">
        <Select
          label="Type"
          value={filters.type ?? ''}
          options={[['', 'All types'], ...typeNames]}
          onChange={(type) => choose({ type })}
        />
        <Select
          label="Status"
          value={filters.status ?? ''}
          options={[['', 'Any status'], ...jobStatuses.map((status) => [status, status] as const)]}
          onChange={(status) => choose({ status })}
        />
      </search>
      <ErrorNotice error={jobs.error} />
      {items && items.length > 0 && <JobTable jobs={items} />}
      {items?.length === 0 && <Empty>{emptyListText(filters, { hasMore: next !== undefined })}</Empty>}
      <div class="actions">
        {filters.page !== undefined && <Button onClick={() => choose({})}>Newest</Button>}
        {next !== undefined && <Button onClick={() => choose({ page: next })}>Older jobs</Button>}
      </div>
    </Page>
  );
}

function JobTable({ jobs }: { jobs: Job[] }) {
  return (
    <Table caption="Jobs" heads={heads}>
      {jobs.map((job) => (
        <tr key={job.id}>
          <Cell head="Job">
            <Link href={paths.job(job.id)} class="mono" title={job.id}>
              {shortId(job.id)}
            </Link>
          </Cell>
          <Cell head="Type">{job.type}</Cell>
          <Cell head="Status">
            <StatusBadge status={job.status} />
            {job.status === 'running' && job.progress?.percent !== undefined && (
              <ProgressBar percent={job.progress.percent} label={`Progress of ${job.id}`} />
            )}
          </Cell>
          <Cell head="Submitted">
            <Ago time={job.createdAt} />
          </Cell>
          <Cell head="Took">{tookOf(job)}</Cell>
        </tr>
      ))}
    </Table>
  );
}

function tookOf({ startedAt, finishedAt }: Job): string {
  if (startedAt === undefined || finishedAt === undefined) return '–';
  return formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}
