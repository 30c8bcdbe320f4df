import { Page } from '../ui/page.tsx';
import { Link } from '../ui/router.tsx';

/** For addresses of no page. */
export function NotFoundPage() {
  return (
    <Page title="There is no such page" lead="The address may be misspelt, or from an earlier version of the console.">
      <p>
        <Link href="/jobs">Go to the jobs</Link>
      </p>
    </Page>
  );
}
