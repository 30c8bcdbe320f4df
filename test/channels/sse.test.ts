import { setTimeout as pause } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { JobEvent } from '../../protocol/types.ts';
import { kept, recordingOf } from './recordings.ts';
import { openService, type Service, submit } from './service.ts';

let service: Service;
let done: string;

beforeAll(async () => {
  service = await openService(inject('server'));
  done = await submit(service.api, 'countdown', { steps: 2, intervalMs: 10 });
  await service.api.end(done);
});

interface Ask {
  accept?: string;
  credential?: string | null;
  query?: string;
  lastEventId?: string;
  signal?: AbortSignal;
}

async function ask(job: string, given: Ask = {}): Promise<Response> {
  const { accept = 'text/event-stream', credential = service.target.key, query = '', lastEventId, signal } = given;
  return await fetch(`${service.target.url}/jobs/${job}/events${query}`, {
    headers: {
      accept,
      ...(credential && { authorization: `Bearer ${credential}` }),
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    ...(signal && { signal }),
  });
}

/** What a stream says until `enough` of it, with the time of each piece since the request. */
async function listen(response: Response, enough: (text: string) => boolean): Promise<string> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (enough(text)) break;
  }
  return text;
}

describe('an answer', () => {
  it('is a stream that no proxy keeps, starts with the pause before a reconnection, and ends with the job', async () => {
    const response = await ask(done);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const text = await response.text();
    expect(text.startsWith('retry: 250\n\n')).toBe(true);
    const { events } = await recordingOf(service.api, done);
    const blocks = events.map((event) => `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    expect(text).toBe(`retry: 250\n\n${blocks.join('')}`);
  });

  it('is 204 without a body where the cursor is the end', async () => {
    const { seq } = await service.api.read(done);
    for (const given of [{ lastEventId: String(seq) }, { query: `?after=${seq}` }]) {
      const response = await ask(done, given);
      expect(response.status).toBe(204);
      expect(await response.text()).toBe('');
    }
  });

  it('goes by Last-Event-ID rather than by the address, which a client keeps as it resumes', async () => {
    const text = await (await ask(done, { query: '?after=1', lastEventId: '3' })).text();
    expect(/^id: (\d+)$/m.exec(text)?.[1]).toBe('4');
  });

  it('tells a reset without an id', async () => {
    const text = await (await ask(done, { lastEventId: 'x' })).text();
    const [, reset = '', first = ''] = text.split('\n\n');
    expect(reset).toMatch(/^event: reset\ndata: \{"job":\{/);
    expect(first).toMatch(/^id: 1\n/);
  });

  it.each([
    ['text/event-stream', 'text/event-stream; charset=utf-8'],
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html, */*;q=0.1', 'application/json'],
    ['application/json;q=0.5, text/event-stream', 'text/event-stream; charset=utf-8'],
    ['text/*', 'text/event-stream; charset=utf-8'],
    ['text/event-stream;q=0, application/json', 'application/json'],
  ])('to Accept: %s is %s', async (accept, type) => {
    expect((await ask(done, { accept })).headers.get('content-type')).toBe(type);
  });

  it('to an Accept that nothing fits is 406', async () => {
    const response = await ask(done, { accept: 'image/png' });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ code: 'not-acceptable' });
  });
});

describe('credentials', () => {
  it('a token in the query is taken, a key there and a single-use token are not', async () => {
    const token = await service.api.token({ job: done });
    expect((await ask(done, { credential: null, query: `?access_token=${token}` })).status).toBe(200);
    expect((await ask(done, { credential: null, query: `?access_token=${service.target.key}` })).status).toBe(401);
    const once = await service.api.token({ singleUse: true });
    expect((await ask(done, { credential: null, query: `?access_token=${once}` })).status).toBe(401);
    expect((await ask(done, { credential: null })).status).toBe(401);
  });

  it('a stranger learns nothing of a job', async () => {
    const response = await ask(done, { credential: service.stranger.key });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('a long stream', () => {
  it.concurrent('shows a sign of life every 15 s, and a client that left does not cancel the job', async () => {
    const job = await submit(service.api, 'echo', { value: 1, delayMs: 20_000 });
    const control = new AbortController();
    const startedAtMs = Date.now();
    const text = await listen(await ask(job, { signal: control.signal }), (so) => so.includes('\n: '));
    expect(Date.now() - startedAtMs).toBeGreaterThan(14_000);
    expect(text).toMatch(/\n: [^\n]+\n\n$/);
    control.abort();
    expect((await service.api.end(job)).status).toBe('succeeded');
  });

  it.concurrent('ends by itself between two events; an EventSource resumes, and stops at the end', {
    timeout: 120_000,
  }, async () => {
    const job = await submit(service.api, 'countdown', { steps: 36, intervalMs: 2_000 });
    const events: JobEvent[] = [];
    const answers: number[] = [];
    const source = new EventSource(`${service.target.url}/jobs/${job}/events`, {
      async fetch(address, init) {
        const response = await fetch(address, {
          ...init,
          headers: { ...init.headers, authorization: `Bearer ${service.target.key}` },
        });
        answers.push(response.status);
        return response;
      },
    });
    for (const type of ['queued', 'running', 'progress', 'output', 'succeeded'])
      source.addEventListener(`job.${type}`, ({ data }) => events.push(JSON.parse(data)));
    while (source.readyState !== source.CLOSED) await pause(200);
    expect(answers).toEqual([200, 200, 204]);
    const { events: log } = await recordingOf(service.api, job);
    expect(kept(events)).toEqual(kept(log));
    expect(events.map(({ seq }) => seq)).toEqual([...new Set(events.map(({ seq }) => seq))].sort((a, b) => a - b));
  });

  it.concurrent('ends with its token, which cannot resume', { timeout: 120_000 }, async () => {
    const job = await submit(service.api, 'echo', { value: 1, delayMs: 55_000 }, { delaySeconds: 40 });
    const token = await service.api.token({ job, expiresInSeconds: 60 });
    await pause(20_000);
    const startedAtMs = Date.now();
    const response = await ask(job, { credential: null, query: `?access_token=${token}` });
    await response.text();
    // The token has 40 s left. The stream would end by itself after 60 s, and the job later still.
    expect(Date.now() - startedAtMs).toBeLessThan(55_000);
    expect((await ask(job, { credential: null, query: `?access_token=${token}` })).status).toBe(401);
  });
});
