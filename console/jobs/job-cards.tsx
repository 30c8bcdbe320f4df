import type { ComponentChildren } from 'preact';
import type { Job, JobEvent, Json } from '../../protocol/types.ts';
import { useSession } from '../api/session.ts';
import { formatBytes, formatCount, formatDuration } from '../model/format.ts';
import { remedyOf } from '../model/remedies.ts';
import { paths } from '../model/routes.ts';
import { partsOf } from '../model/timeline.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Card } from '../ui/page.tsx';
import { Link } from '../ui/router.tsx';
import { Ago, Code, Facts, JsonView } from '../ui/show.tsx';
import { useAction } from '../ui/use-action.ts';
import { saveFile } from './save-file.ts';

/** Why the job ended as it did, and what to do. */
export function FailureCard({ job: { error } }: { job: Job }) {
  if (!error) return null;
  return (
    <Notice kind="bad" title={error.code}>
      <p>{error.message}</p>
      {error.cause && (
        <p>
          The last run: {error.cause.message} (<code>{error.cause.code}</code>)
        </p>
      )}
      <p class="remedy">{remedyOf(error)}</p>
    </Notice>
  );
}

/** What the job has returned; a large one is not shown, but saved. */
export function OutputCard({ job }: { job: Job }) {
  const { client } = useSession();
  const isLarge = job.output === undefined && job.outputUrl !== undefined;
  const save = useAction(async () => {
    // The address of a large output is good for five minutes; this one is fresh.
    const output = isLarge ? await client.output(await client.get(job.id)) : job.output;
    saveFile(`${job.id}.json`, JSON.stringify(output, undefined, 2));
  });
  if (job.status !== 'succeeded') return null;
  const button = (
    <Button kind="quiet" onClick={save.run} isBusy={save.isBusy}>
      Save as a file
    </Button>
  );
  return (
    <Card title="Output" aside={button}>
      <ErrorNotice error={save.error} />
      {isLarge && <p class="hint">It is too large to be shown here.</p>}
      {job.output !== undefined && <LongJson value={job.output} what="the output" />}
    </Card>
  );
}

/** What was submitted. */
export function InputCard({ job: { input } }: { job: Job }) {
  if (input === undefined) return null;
  return (
    <Card title="Input">
      <LongJson value={input} what="the input" />
    </Card>
  );
}

const maxShown = 20_000;

function LongJson({ value, what }: { value: Json; what: string }) {
  const text = JSON.stringify(value, undefined, 2);
  if (text.length <= maxShown) return <JsonView value={value} what={what} />;
  return (
    <>
      <Code text={`${text.slice(0, maxShown)}…`} what={`the beginning of ${what}`} />
      <p class="hint">
        The first {formatBytes(maxShown)} of {formatBytes(text.length)}.
      </p>
    </>
  );
}

const maxPartsShown = 200;

/** What the job emits while it runs. Texts are put together, as whoever emits them piece by piece means them to be. */
export function PartsCard({ events, isDone }: { events: readonly JobEvent[]; isDone: boolean }) {
  const parts = partsOf(events);
  if (parts.length === 0) return null;
  const shown = parts.slice(-maxPartsShown);
  const isText = shown.every((part) => typeof part === 'string');
  const all = shown.map((part) => (isText ? part : JSON.stringify(part))).join(isText ? '' : '\n');
  const text = all.length > maxShown ? `…${all.slice(-maxShown)}` : all;
  const count = formatCount(parts.length, 'part');
  return (
    <Card title="Partial output" aside={isDone ? count : `${count} so far`}>
      {(text !== all || parts.length > shown.length) && <p class="hint">Its end; the log has all of it.</p>}
      <div class="parts">
        <Code text={text} what="the partial output" />
      </div>
    </Card>
  );
}

/** A job's times, runs and the like. */
export function JobFacts({ job }: { job: Job }) {
  const { createdAt, startedAt, finishedAt, expiresAt, metadata = {}, links } = job;
  const items: [string, ComponentChildren][] = [
    ['Submitted', <Ago key="created" time={createdAt} />],
    ['Waited', startedAt === undefined ? '–' : span(createdAt, startedAt)],
    ['Ran', startedAt === undefined || finishedAt === undefined ? '–' : span(startedAt, finishedAt)],
    ['Run', `${job.run} of at most ${job.maxRuns}`],
    ...(expiresAt === undefined
      ? []
      : ([['Expires', <Ago key="expires" time={expiresAt} />]] as [string, ComponentChildren][])),
    ...(links.retryOf === undefined
      ? []
      : ([['Retry of', <RetryOf key="retry" url={links.retryOf} />]] as [string, ComponentChildren][])),
    ...Object.entries(metadata).map(([name, value]): [string, ComponentChildren] => [name, value]),
  ];
  return <Facts items={items} />;
}

function RetryOf({ url }: { url: string }) {
  const id = url.split('/').at(-1) ?? '';
  return (
    <Link href={paths.job(id)} class="mono">
      {id.slice(0, 14)}…
    </Link>
  );
}

const span = (from: string, to: string) => formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
