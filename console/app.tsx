import { SessionContext } from './api/session.ts';
import { useSignIn } from './api/use-sign-in.ts';
import { routeOf } from './model/routes.ts';
import { ApiPage } from './pages/api-page.tsx';
import { ChannelsPage } from './pages/channels-page.tsx';
import { ComparePage } from './pages/compare-page.tsx';
import { DeadLettersPage } from './pages/dead-letters-page.tsx';
import { JobPage } from './pages/job-page.tsx';
import { JobsPage } from './pages/jobs-page.tsx';
import { LoadPage } from './pages/load-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { TypePage } from './pages/type-page.tsx';
import { TypesPage } from './pages/types-page.tsx';
import { WebhookPage } from './pages/webhook-page.tsx';
import { WebhooksPage } from './pages/webhooks-page.tsx';
import { Button } from './ui/buttons.tsx';
import { Layout } from './ui/layout.tsx';
import { Notice } from './ui/notice.tsx';
import { useAddress } from './ui/router.tsx';

/** The console: the sign-in until there is a key that the service takes, then its pages. */
export function App({ keyOfLink }: { keyOfLink?: string }) {
  const { config, session, note, obstacle, signIn } = useSignIn(keyOfLink);
  if (obstacle) {
    return (
      <main class="sign-in">
        <Notice kind="bad" title="The console cannot start">
          <p>{obstacle.error.message}</p>
          <Button onClick={obstacle.tryAgain}>Try again</Button>
        </Notice>
      </main>
    );
  }
  if (!config) return <p class="starting">Starting…</p>;
  if (!session) return <SignInPage config={config} note={note} signIn={(key) => signIn(config, key)} />;
  return (
    <SessionContext.Provider value={session}>
      <Layout>
        <CurrentPage />
      </Layout>
    </SessionContext.Provider>
  );
}

function CurrentPage() {
  const { path, query } = useAddress();
  const route = routeOf(path);
  switch (route.page) {
    case 'types':
      return <TypesPage />;
    case 'type':
      return <TypePage key={route.name} name={route.name} like={query.get('like') ?? undefined} />;
    case 'jobs':
      return <JobsPage query={query} />;
    case 'job':
      return <JobPage key={route.id} id={route.id} />;
    case 'channels':
      return <ChannelsPage key={route.id} id={route.id} />;
    case 'compare':
      return <ComparePage />;
    case 'webhooks':
      return <WebhooksPage />;
    case 'webhook':
      return <WebhookPage key={route.id} id={route.id} />;
    case 'dead-letters':
      return <DeadLettersPage query={query} />;
    case 'load':
      return <LoadPage />;
    case 'api':
      return <ApiPage />;
    default:
      return <NotFoundPage />;
  }
}
