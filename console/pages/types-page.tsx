import type { JobType } from '../../protocol/types.ts';
import { useSession } from '../api/session.ts';
import { formatCount, formatDuration } from '../model/format.ts';
import { paths } from '../model/routes.ts';
import { ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Link } from '../ui/router.tsx';
import { useLoad } from '../ui/use-load.ts';

/** Every job type, each a way to its form. */
export function TypesPage() {
  const { client } = useSession();
  const { value: types, error } = useLoad('types', (signal) => client.types({ signal }));
  return (
    <Page title="Job types" lead="What can be run here. Choose one to fill in its form and submit a job.">
      <ErrorNotice error={error} />
      <ul class="tiles" aria-busy={types === undefined}>
        {types?.map((type) => (
          <li key={type.name}>
            <Link href={paths.type(type.name)} class="tile">
              <h2>{type.name}</h2>
              <p>{type.description}</p>
              <p class="tile-foot">{limitsOf(type)}</p>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function limitsOf({ limits, ordered }: JobType): string {
  const parts = [`up to ${formatDuration(limits.timeoutSeconds * 1000)} a run`, formatCount(limits.maxRuns, 'run')];
  return [...parts, ...(ordered ? ['ordered'] : [])].join(' · ');
}
