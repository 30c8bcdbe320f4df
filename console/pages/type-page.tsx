import type { JobType } from '../../protocol/types.ts';
import { useSession } from '../api/session.ts';
import { SubmitForm } from '../forms/submit-form.tsx';
import { formatBytes, formatDuration } from '../model/format.ts';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Link } from '../ui/router.tsx';
import { Facts, JsonView } from '../ui/show.tsx';
import { useLoad } from '../ui/use-load.ts';

interface TypePageProps {
  name: string;
  /** The id of a job whose input the form begins with. */
  like: string | undefined;
}

/** One job type: its form, and what is known of it. */
export function TypePage({ name, like }: TypePageProps) {
  const { client } = useSession();
  const { value, error } = useLoad(`type ${name} ${like ?? ''}`, async (signal) => {
    const [types, job] = await Promise.all([client.types({ signal }), like ? client.get(like, { signal }) : undefined]);
    return { type: types.find((known) => known.name === name), input: job?.input };
  });
  const type = value?.type;
  return (
    <Page title={name} above={<Link href="/types">Job types</Link>} lead={type?.description}>
      <ErrorNotice error={error} />
      {value && !type && (
        <Notice kind="warn" title="There is no such job type here">
          <p>It may have been removed, or not been deployed yet.</p>
        </Notice>
      )}
      {type && (
        <div class="columns">
          <Card title="Submit a job">
            <SubmitForm type={type} input={value?.input} />
          </Card>
          <div>
            <LimitsCard type={type} />
            <SchemaCard type={type} />
          </div>
        </div>
      )}
    </Page>
  );
}

function LimitsCard({ type: { limits, ordered } }: { type: JobType }) {
  return (
    <Card title="Limits">
      <Facts
        items={[
          ['One run', `up to ${formatDuration(limits.timeoutSeconds * 1000)}`],
          ['Runs', `up to ${limits.maxRuns}, the second after ${formatDuration(limits.backoffSeconds * 1000)}`],
          ['In parallel', `up to ${limits.concurrency} runs`],
          ['Memory', formatBytes(limits.memoryMb * 1024 * 1024)],
          ['Kept', `${limits.retentionDays} days after its end`],
          ['Order', ordered ? 'one after another for each order key' : 'none'],
        ]}
      />
    </Card>
  );
}

function SchemaCard({ type: { input, output } }: { type: JobType }) {
  return (
    <Card title="Schemas">
      <details class="more">
        <summary>Input</summary>
        <JsonView value={input} what="the input's schema" />
      </details>
      <details class="more">
        <summary>Output</summary>
        <JsonView value={output} what="the output's schema" />
      </details>
    </Card>
  );
}
