import type { IncomingHttpHeaders } from 'node:http';
import type { Client } from '../../types.ts';
import { verifyWebhook } from '../../verify-webhook.ts';
import { type Call, defineCommand } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { receiveWebhooks } from '../listen/receive-webhooks.ts';
import { webhookLines } from '../listen/webhook-lines.ts';
import { readList } from '../read-pairs.ts';
import type { EndpointWithSecret } from '../show/print-webhook.ts';
import { printableLine } from '../terminal/printable.ts';
import { webhookPath } from '../webhook-path.ts';

/** `listen`. */
export const listen = defineCommand({
  name: 'listen',
  summary: 'receives, verifies and prints webhooks, until Ctrl-C',
  details: `It adds itself as a webhook, of every event unless --events says otherwise, and deletes itself at its end.
A local server reaches this machine; a deployed service needs --address, public and https, that leads to the port.`,
  words: [],
  options: {
    port: {
      kind: 'number',
      value: 'n',
      minimum: 0,
      maximum: 65_535,
      help: 'where to listen; 9000 where it is left out',
    },
    address: { kind: 'text', value: 'address', help: 'what leads to that port from outside, such as a tunnel' },
    events: { kind: 'text', value: 'a,b', many: true, help: 'what to be told; all where it is left out' },
    types: { kind: 'text', value: 'a,b', many: true, help: 'only of jobs of these types' },
  },
  examples: ['listen --port 9000', 'listen --events job.failed,job.timed-out --json'],
  async run(call) {
    const { port = 9000, address, events = ['job.*'], types } = call.values;
    const { client } = call.service();
    const seen = new Set<string>();
    // Known once it is registered; what arrives in that moment waits for them.
    let know: (secrets: string[]) => void = () => undefined;
    const secrets = new Promise<string[]>((resolve) => {
      know = resolve;
    });
    const receiver = await receiveWebhooks(port, async (body, headers) =>
      take(call, { body, headers, secrets: await secrets, seen }),
    );
    const url = address ?? `http://127.0.0.1:${receiver.port}/`;
    try {
      // Webhooks that are given with jobs are signed by a secret of their own.
      const signing = await client.request<{ secret: string }>('GET', '/signing-secret');
      const webhook = await client.request<EndpointWithSecret & { secret: string }>('POST', '/webhooks', {
        body: {
          url,
          events: readList(events),
          ...(types && { types: readList(types) }),
          description: 'jobwire listen',
        },
      });
      know([webhook.secret, signing.secret]);
      tellBegin(call, webhook);
      await untilInterrupted(call);
      await forget(client, webhook.id);
    } finally {
      receiver.server.close();
      receiver.server.closeAllConnections();
    }
    return exitCode('done');
  },
});

function tellBegin({ screen }: Call, { id, url, events, types }: EndpointWithSecret): void {
  const { bold, dim } = screen.tellPaint;
  const which = events.includes('job.*') ? 'every event' : events.join(', ');
  const whose = types ? `of jobs of type ${types.join(', ')}` : 'of every job';
  screen.tell(`Listening on ${bold(url)} as ${id}: ${which} ${whose} arrives here.`);
  screen.tell(dim(`For one job alone: submit ... --webhook ${url}. Ctrl-C ends and deletes ${id}.`));
}

function untilInterrupted(call: Call): Promise<void> {
  return new Promise((resolve) => {
    const stop = call.onInterrupt(() => {
      // Another Ctrl-C does not wait for the good-bye.
      stop();
      resolve();
    });
  });
}

async function forget(client: Client, id: string): Promise<void> {
  try {
    await client.request('DELETE', webhookPath(id), { timeoutMs: 3000 });
  } catch {
    // The server may be gone already, and with it all that it held.
  }
}

interface Arrival {
  body: string;
  headers: IncomingHttpHeaders;
  secrets: readonly string[];
  /** Ids of what has come, to tell a repeat. */
  seen: Set<string>;
}

async function take({ screen, isJson }: Call, { body, headers, secrets, seen }: Arrival): Promise<boolean> {
  const nowMs = Date.now();
  const id = String(headers['webhook-id'] ?? 'no webhook-id');
  try {
    const event = await verifyWebhook(body, headers, secrets);
    const { width, isUnicode, paint } = screen;
    if (isJson) screen.printJson(event);
    else {
      const lines = webhookLines(event, { isRepeated: seen.has(id), nowMs, width, isUnicode, paint });
      for (const line of lines) screen.print(line);
    }
    seen.add(id);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    screen.tell(`${screen.tellPaint.red('REFUSED')}  ${printableLine(`${why} (${id})`)}`);
    return false;
  }
}
