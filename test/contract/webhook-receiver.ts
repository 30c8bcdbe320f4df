import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, Endpoint, WebhookEvent } from '../../protocol/webhooks.ts';
import type { Api } from './api.ts';

/** A webhook as it arrived. */
export interface Got {
  headers: IncomingHttpHeaders;
  text: string;
  body: WebhookEvent;
}

export interface Receiver {
  url: string;
  got: Got[];
  /** Waits until so many have come. */
  until(count: number, timeoutMs?: number): Promise<Got[]>;
  stop(): void;
}

/** Starts a receiver on this machine, which answers 204 unless `answer` does it. */
export async function startReceiver(answer?: (response: ServerResponse, count: number) => void): Promise<Receiver> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      got.push({ headers: request.headers, text, body: JSON.parse(text) });
      if (answer) answer(response, got.length);
      else response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    async until(count, timeoutMs = 60_000) {
      const endMs = Date.now() + timeoutMs;
      while (got.length < count) {
        if (Date.now() > endMs) throw new Error(`${got.length} of ${count} webhooks came within ${timeoutMs} ms`);
        await pause(50);
      }
      return got;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Makes a webhook endpoint. */
export async function addWebhook(api: Api, body: Record<string, unknown>): Promise<Endpoint & { secret: string }> {
  const answer = await api.call('POST', '/webhooks', { body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body as Endpoint & { secret: string };
}

/** A tenant of the case's own, so that nobody else's events come in between. */
export async function ownTenant(api: Api): Promise<Api> {
  const made = await api.target.keys?.make({ tenant: `hooks-${crypto.randomUUID()}` });
  return api.as(made?.key ?? '');
}

/** Waits until a delivery of a list is as wanted. */
export async function untilDelivery(
  { call }: Api,
  path: string,
  isWanted: (delivery: Delivery) => boolean,
): Promise<Delivery> {
  for (const endMs = Date.now() + 60_000; ; await pause(100)) {
    const { items } = (await call('GET', path)).body as { items: Delivery[] };
    const found = items.find(isWanted);
    if (found) return found;
    if (Date.now() > endMs) throw new Error(`No delivery is as wanted: ${JSON.stringify(items).slice(0, 800)}`);
  }
}
