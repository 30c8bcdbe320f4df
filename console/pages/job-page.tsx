import type { Job } from '../../protocol/types.ts';
import { useSession } from '../api/session.ts';
import { useJob } from '../api/use-job.ts';
import { DeliveryList } from '../jobs/delivery-list.tsx';
import { FailureCard, InputCard, JobFacts, OutputCard, PartsCard } from '../jobs/job-cards.tsx';
import { Timeline } from '../jobs/timeline.tsx';
import { canCancel, canRetry } from '../model/follow-job.ts';
import { formatCount, formatDuration } from '../model/format.ts';
import { paths } from '../model/routes.ts';
import { Button, CopyButton } from '../ui/buttons.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Link, navigate } from '../ui/router.tsx';
import { ProgressBar, StatusBadge } from '../ui/show.tsx';
import { useAction } from '../ui/use-action.ts';

const channelWords = { websocket: 'WebSocket', sse: 'Server-Sent Events', 'long-poll': 'long poll', poll: 'polling' };

/** One job, as it goes. */
export function JobPage({ id }: { id: string }) {
  const { client } = useSession();
  const { job, events, channel, error, put } = useJob(id);
  const cancel = useAction(async () => put(await client.cancel(id)));
  const retry = useAction(async () => navigate(paths.job((await client.retry(id)).id)));
  return (
    <Page
      title={job?.type ?? 'Job'}
      above={<Link href="/jobs">Jobs</Link>}
      lead={
        <span class="job-id">
          <code>{id}</code> <CopyButton text={id} what="the job's id" />
        </span>
      }
      actions={
        job && (
          <>
            {canCancel(job) && (
              <Button kind="danger" onClick={cancel.run} isBusy={cancel.isBusy}>
                Cancel job
              </Button>
            )}
            {canRetry(job) && (
              <Button kind="primary" onClick={retry.run} isBusy={retry.isBusy}>
                Retry
              </Button>
            )}
            <Link class="button button-plain" href={`${paths.type(job.type)}?like=${job.id}`}>
              Submit another
            </Link>
            <Link class="button button-plain" href={paths.channels(job.id)}>
              Side by side
            </Link>
          </>
        )
      }
    >
      <ErrorNotice error={error ?? cancel.error ?? retry.error} />
      {job && (
        <>
          <StateOfJob job={job} channel={channel && channelWords[channel]} />
          <div class="columns">
            <div>
              <FailureCard job={job} />
              <OutputCard job={job} />
              <PartsCard events={events} isDone={job.done} />
              <InputCard job={job} />
              <DeliveryList source={`/jobs/${id}/deliveries`} title="Webhook deliveries" isLive={!job.done} />
            </div>
            <div>
              <Card title="About it">
                <JobFacts job={job} />
              </Card>
              <Card title="Timeline">
                <Timeline events={events} />
              </Card>
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

/** Where the job stands, in the largest letters of the page. What changes is read out, but not each step of progress. */
function StateOfJob({ job, channel }: { job: Job; channel: string | undefined }) {
  const percent = job.done && job.status === 'succeeded' ? 100 : job.progress?.percent;
  return (
    <section class="card state" aria-label="State">
      <div class="state-line">
        <span role="status">
          <StatusBadge status={job.status} />
        </span>
        <span class="state-message">{job.done ? howItEnded(job) : job.progress?.message}</span>
        <span class="state-percent">{!job.done && percent !== undefined && `${Math.round(percent)} %`}</span>
      </div>
      {!(job.done && job.status !== 'succeeded') && (
        <ProgressBar percent={job.status === 'queued' ? 0 : percent} label="Progress of the job" />
      )}
      {!job.done && channel && <p class="hint">Followed live by {channel}</p>}
    </section>
  );
}

function howItEnded({ createdAt, finishedAt, run }: Job): string {
  if (finishedAt === undefined) return '';
  const took = formatDuration(Math.max(0, Date.parse(finishedAt) - Date.parse(createdAt)));
  return run === 0 ? `after ${took}, before it ran` : `after ${took} and ${formatCount(run, 'run')}`;
}
