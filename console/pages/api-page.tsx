import { useSession } from '../api/session.ts';
import { Card, Page } from '../ui/page.tsx';
import { Code, Facts } from '../ui/show.tsx';

const names: Record<string, string> = {
  jobs: 'Jobs',
  types: 'Job types',
  tokens: 'Access tokens',
  uploads: 'Uploads',
  webhooks: 'Webhooks',
  deadLetters: 'Dead letters',
  events: 'WebSocket',
  graphql: 'GraphQL',
  openapi: 'OpenAPI',
  asyncapi: 'AsyncAPI',
  console: 'Console',
};
/** What a browser may open without a credential. */
const open = ['openapi', 'asyncapi', 'console'];

/** Where the API is, and how to begin with it. */
export function ApiPage() {
  const { service, config } = useSession();
  const { links } = service;
  const shown = Object.entries(links).map(([name, url]): [string, preact.ComponentChildren] => [
    names[name] ?? name,
    open.includes(name) ? (
      <a key={name} href={url} class="break">
        {url}
      </a>
    ) : (
      <code key={name} class="break">
        {url}
      </code>
    ),
  ]);
  return (
    <Page
      title="API"
      lead={`${service.name} ${service.version}. Everything that this console does goes over these addresses.`}
    >
      <div class="columns">
        <Card title="By hand">
          <p class="hint">Put your key in the place of $KEY.</p>
          <Code text={submitCommand(links.jobs ?? '')} what="the command that submits a job" />
          <Code text={pollCommand(links.jobs ?? '')} what="the command that lists jobs" />
          <Code text={streamCommand(links.jobs ?? '')} what="the command that follows a job" />
        </Card>
        <div>
          <Card title="Addresses">
            <Facts items={[['All of these', <code key="rest">{config.rest}</code>], ...shown]} />
          </Card>
          {config.pages && (
            <Card title="More on this host">
              <ul class="link-list">
                {config.pages.map(({ href, title }) => (
                  <li key={href}>
                    <a href={href}>{title}</a>
                  </li>
                ))}
              </ul>
            </Card>
          )}
        </div>
      </div>
    </Page>
  );
}

const authorization = "-H 'Authorization: Bearer '$KEY";

const submitCommand = (url: string) =>
  `curl -s ${url} \\
  ${authorization} \\
  -H 'Content-Type: application/json' \\
  -d '{"type":"countdown","input":{"steps":5,"intervalMs":1000}}'`;
const pollCommand = (url: string) => `curl -s '${url}?limit=1' \\
  ${authorization}`;
const streamCommand = (url: string) =>
  `curl -N ${url}/<id>/events \\
  ${authorization} \\
  -H 'Accept: text/event-stream'`;
