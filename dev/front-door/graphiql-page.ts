import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOwnHost } from './own-host.ts';

const defaultQuery = `# Press the button: the key is in the headers below.
mutation {
  submitCountdown(input: { steps: 5, intervalMs: 1000 }) {
    id
  }
}

subscription Follow($id: ID!) {
  jobEvents(id: $id) {
    seq
    type
    status
    data
  }
}

query Newest {
  jobs(limit: 5) {
    items {
      id
      type
      status
    }
  }
}
`;

/** The package asks one address for everything, whatever it is told of another for subscriptions. */
const streamScript = `<script>
  const send = window.fetch;
  window.fetch = (address, init = {}) => {
    const streams = new Headers(init.headers).get('accept') === 'text/event-stream';
    return send(streams ? String(address).replace(/[/]graphql$/, '/graphql/stream') : address, init);
  };
</script>
`;

interface GraphiqlOptions {
  /** The REST address of the local stack. */
  restUrl: string;
  /** The local key, once there is one. */
  key(): string | undefined;
}

/**
 * A handler of `/graphiql`: GraphiQL out of a package, with all that it needs in one page. `?rest=<address>` has it ask a
 * deployed stack instead, which has no such page of its own.
 */
export function graphiqlPage({ restUrl, key }: GraphiqlOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const rest = findRest(request);
    const isOwn = rest === undefined && isOwnHost(request);
    const text = await render(rest ?? restUrl, isOwn ? key() : undefined);
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    });
    response.end(text);
  };
}

/** The address of another stack. As a URL it holds no character that could end the script which it is put into. */
function findRest({ url = '/' }: IncomingMessage): string | undefined {
  const given = new URL(url, 'http://localhost').searchParams.get('rest') ?? '';
  if (!/^https?:/.test(given) || !URL.canParse(given)) return undefined;
  const { origin, pathname } = new URL(given);
  return origin + pathname.replace(/\/$/, '');
}

async function render(restUrl: string, key = 'PUT A KEY HERE'): Promise<string> {
  // 9 MB, which nobody pays for who does not look.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const options = {
    title: 'Jobwire GraphiQL',
    endpoint: `${restUrl}/graphql`,
    subscriptionsProtocol: 'GRAPHQL_SSE' as const,
    method: 'POST' as const,
    headers: JSON.stringify({ Authorization: `Bearer ${key}` }),
    shouldPersistHeaders: false,
    credentials: 'omit' as const,
    defaultQuery,
  };
  return renderGraphiQL(options).replace('<div id="root">', (root) => streamScript + root);
}
