import { ArrivalTable } from '../channels/arrival-table.tsx';
import { LatencyChart } from '../channels/latency-chart.tsx';
import { useComparison } from '../channels/use-comparison.ts';
import { arrivalRows, channelSummaries, statusAfter } from '../model/arrivals.ts';
import { paths } from '../model/routes.ts';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Link } from '../ui/router.tsx';
import { StatusBadge } from '../ui/show.tsx';

/** One job, followed by every channel at once. */
export function ChannelsPage({ id }: { id: string }) {
  const { job, arrivals, states, error } = useComparison(id);
  return (
    <Page
      title="Channels side by side"
      above={<Link href="/channels">Channels</Link>}
      lead={
        <>
          The events of <Link href={paths.job(id)}>{job?.type ?? 'this job'}</Link> over five channels, as they come.
        </>
      }
      actions={
        <Link href="/channels" class="button button-plain">
          Compare again
        </Link>
      }
    >
      <ErrorNotice error={error} />
      {job?.done && arrivals.length > 0 && states.websocket === 'closed' && <DoneNotice job={id} />}
      <Card title="From the service to this page" aside={job && <StatusBadge status={statusAfter(job, arrivals)} />}>
        <LatencyChart arrivals={arrivals} summaries={channelSummaries(arrivals)} states={states} />
        <p class="hint">
          The time between the event’s own and its arrival, median at the right. Where service and browser have
          different clocks, it holds that difference, too; the table is free of it.
        </p>
      </Card>
      <Card title="Event by event">
        <ArrivalTable rows={arrivalRows(arrivals)} />
      </Card>
    </Page>
  );
}

function DoneNotice({ job }: { job: string }) {
  return (
    <Notice kind="info">
      The job is at its end. <Link href={paths.job(job)}>See what came of it</Link>, or compare anew with a job that is
      still to run.
    </Notice>
  );
}
