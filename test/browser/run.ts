// `npm run test:browser`: a page of ten lines follows a countdown by the browser's own EventSource and WebSocket, and
// the client as it is published follows everything by itself.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import type { JobEvent } from '../../protocol/types.ts';
import { openCutWay } from '../channels/cut-way.ts';
import { type Api, apiOf } from '../contract/api.ts';
import { startLocalServer } from '../local-server.ts';
import { checkClient } from './client.ts';
import { checkReference } from './reference.ts';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const steps = 12;

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return (server.address() as AddressInfo).port;
}

const linesOf = async (page: Page, id: string) =>
  ((await page.textContent(`#${id}`)) ?? '').split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));

async function addressOf(api: Api, { pagePort, wayPort }: { pagePort: number; wayPort: number }): Promise<string> {
  const { id: job } = await api.submit({ type: 'countdown', input: { steps, intervalMs: 400 } });
  const service = (await api.call('GET', api.target.url)).body as { links: { events: string } };
  const rest = new URL(api.target.url);
  rest.port = String(wayPort);
  const query = new URLSearchParams({
    rest: rest.href,
    live: service.links.events,
    job,
    token: await api.token({ job }),
    ticket: await api.token({ job, singleUse: true }),
  });
  return `http://localhost:${pagePort}/?${query}`;
}

/** The page as it follows: cut off half-way, and read once both channels are at their end. */
async function follow(page: Page, address: string, cut: () => number) {
  await page.goto(address);
  await page.waitForFunction("document.getElementById('stream').textContent.includes('job.output')");
  assert.ok(cut() > 0, 'there was a stream to cut');
  await page.waitForFunction('source.readyState === EventSource.CLOSED', undefined, { timeout: 60_000 });
  await page.waitForFunction(`document.getElementById('socket').textContent.includes('"complete"')`);
  const stream: JobEvent[] = await linesOf(page, 'stream');
  const socket: ServerMessage[] = await linesOf(page, 'socket');
  return { stream, socket };
}

function check(stream: JobEvent[], socket: ServerMessage[], log: JobEvent[]): void {
  const kept = (events: JobEvent[]) => events.filter(({ type }) => type !== 'job.progress');
  const pushed = socket.flatMap((message) => (message.type === 'event' ? [message.event] : []));
  assert.deepEqual(kept(stream), kept(log), 'EventSource: every event once and in order, over the cut');
  assert.deepEqual(kept(pushed), kept(log), 'WebSocket: every event once and in order');
  assert.equal(socket[0]?.type, 'subscribed');
  assert.equal(socket.at(-1)?.type, 'complete');
  assert.equal(kept(log).filter(({ type }) => type === 'job.output').length, steps);
}

const files: Record<string, { file: string; type: string }> = {
  '/': { file: 'page.html', type: 'text/html' },
  '/client.html': { file: 'client.html', type: 'text/html' },
  '/client.js': { file: '../../client/dist/index.js', type: 'text/javascript' },
};

const serve: RequestListener = ({ url = '' }, response) => {
  const found = files[url.split('?')[0] ?? ''];
  if (!found) return void response.writeHead(404).end();
  response.setHeader('content-type', found.type).end(readFileSync(join(import.meta.dirname, found.file)));
};

async function run(): Promise<void> {
  if (!existsSync(browserPath)) {
    console.log(`Skipped: there is no browser at ${browserPath} (Debian's package chromium; CHROMIUM names another)`);
    return;
  }
  const local = await startLocalServer();
  const api = apiOf({ url: local.rest, key: local.key });
  const way = await openCutWay(Number(new URL(local.rest).port));
  execFileSync(process.execPath, [join(import.meta.dirname, '../../client/build.ts')]);
  const pages = createServer(serve);
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    const pagePort = await listen(pages);
    const address = await addressOf(api, { pagePort, wayPort: way.port });
    const { stream, socket } = await follow(await browser.newPage(), address, way.cut);
    check(stream, socket, await api.log(stream[0]?.job ?? ''));
    console.log(`Passed: ${stream.length} events by EventSource over a cut, ${socket.length} messages by WebSocket`);
    const page = await browser.newPage();
    await page.goto(`http://localhost:${pagePort}/client.html`);
    await page.waitForFunction("document.title === 'ready'");
    console.log(`Passed: ${await checkClient(page, api)}`);
    console.log(`Passed: ${await checkReference(browser, local)}`);
  } finally {
    await browser.close();
    way.close();
    pages.close();
    await local.stop();
  }
}

await run();
