import { useState } from 'preact/hooks';
import { useSession } from '../api/session.ts';
import { describedBy, FieldFrame } from '../forms/field-frame.tsx';
import { paths } from '../model/routes.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Link, navigate } from '../ui/router.tsx';
import { Ago, Empty, StatusBadge } from '../ui/show.tsx';
import { useAction } from '../ui/use-action.ts';
import { useLoad } from '../ui/use-load.ts';

/** Long enough for every channel to be open before the first step. */
const demo = { input: { steps: 20, intervalMs: 700 }, options: { delaySeconds: 2 } };

/** Begins a comparison of the channels: with a demo, or with a job that there is. */
export function ComparePage() {
  const { client } = useSession();
  const types = useLoad('types', (signal) => client.types({ signal }));
  const hasCountdown = types.value?.some(({ name }) => name === 'countdown');
  const start = useAction(async () => {
    const job = await client.submit('countdown', demo.input, demo.options);
    navigate(paths.channels(job.id));
  });
  return (
    <Page
      title="Channels"
      lead="Polling, long poll, SSE, WebSocket and GraphQL tell the same events. Follow one job by all of them and see when each one hears."
    >
      <ErrorNotice error={types.error ?? start.error} />
      <div class="columns">
        <Card title="With a demo">
          <p>A countdown of twenty steps: a part and a step of progress every 0.7 s.</p>
          <div class="actions">
            <Button kind="primary" onClick={start.run} isBusy={start.isBusy} isDisabled={!hasCountdown}>
              Start a countdown
            </Button>
          </div>
          {hasCountdown === false && <p class="hint">The job type countdown is not there.</p>}
        </Card>
        <Card title="With a job">
          <JobChoice />
        </Card>
      </div>
    </Page>
  );
}

function JobChoice() {
  const { client } = useSession();
  const [id, setId] = useState('');
  const running = useLoad('running', (signal) => client.list({ status: 'running', limit: 5 }, { signal }), {
    everyMs: 4000,
  });
  const attributes = describedBy('compare-job', { faults: [] });
  return (
    <>
      {running.value?.items.length === 0 && <Empty>No job is running now.</Empty>}
      <ul class="link-list">
        {running.value?.items.map((job) => (
          <li key={job.id}>
            <Link href={paths.channels(job.id)}>{job.type}</Link> <StatusBadge status={job.status} />{' '}
            <span class="hint">
              <Ago time={job.createdAt} />
            </span>
          </li>
        ))}
      </ul>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (id.trim() !== '') navigate(paths.channels(id.trim()));
        }}
      >
        <FieldFrame id={attributes.id} label="A job’s id" required faults={[]}>
          <input
            class="input mono"
            placeholder="job_…"
            value={id}
            spellcheck={false}
            onInput={(event) => setId(event.currentTarget.value)}
            {...attributes}
          />
        </FieldFrame>
        <Button>Follow it</Button>
      </form>
    </>
  );
}
