import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Told } from '../../../client/channels/channel.ts';
import { sseChannel } from '../../../client/channels/sse.ts';
import { createRequests } from '../../../client/requests.ts';
import { sseControl, sseEvent, sseHeartbeat, sseRetry } from '../../../protocol/sse.ts';
import type { JobEvent } from '../../../protocol/types.ts';

const event = { seq: 8, prevSeq: 7, type: 'job.output', job: 'job_1' } as JobEvent;
const headers = { 'content-type': 'text/event-stream; charset=utf-8' };

/** The channel over a stream that a test writes; the addresses that were asked for. */
function stand(init: ResponseInit = { headers }) {
  const { readable, writable } = new TransformStream<string, string>();
  const writer = writable.getWriter();
  const asked: { address: string; headers: Headers }[] = [];
  const fetch: typeof globalThis.fetch = async (address, options) => {
    asked.push({ address: String(address), headers: new Headers(options?.headers) });
    options?.signal?.addEventListener('abort', () => writer.abort(options.signal?.reason).catch(() => undefined));
    const hasBody = init.status !== 204;
    return new Response(hasBody ? readable.pipeThrough(new TextEncoderStream()) : null, init);
  };
  const requests = createRequests({ url: 'https://api.example/v1', credential: 'key', fetch });
  const channel = sseChannel(requests, { connectTimeoutMs: 1_000 });
  const told: Told[] = [];
  const tell = async (signal?: AbortSignal) => {
    for await (const each of channel.tell('job_1', 7, signal)) told.push(each);
  };
  return { writer, asked, told, tell };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

describe('sseChannel()', () => {
  it('opens with the first byte, tells events and resets, and ends with the stream', async () => {
    const { writer, asked, told, tell } = stand();
    const telling = tell();
    await writer.write(sseRetry(250));
    await writer.write(sseControl('reset', { job: { id: 'job_1' } }) + sseEvent(event));
    await writer.write(sseHeartbeat);
    await writer.close();
    await telling;
    expect(told).toEqual([{ type: 'open' }, { type: 'reset', job: { id: 'job_1' } }, { type: 'event', event }]);
    expect(asked[0]?.address).toBe('https://api.example/v1/jobs/job_1/events?after=7');
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer key');
    expect(asked[0]?.headers.get('accept')).toBe('text/event-stream');
  });

  it('takes 204 for the end of the job', async () => {
    const { told, tell } = stand({ status: 204 });
    await tell();
    expect(told).toEqual([{ type: 'done' }]);
  });

  it('refuses what is no stream', async () => {
    const { tell } = stand({ headers: { 'content-type': 'text/html' } });
    await expect(tell()).rejects.toMatchObject({ name: 'NetworkError', message: expect.stringContaining('text/html') });
  });

  it('gives up where no byte comes in time: something collects the answer', async () => {
    const { tell, told } = stand();
    const telling = expect(tell()).rejects.toMatchObject({ name: 'TimeoutError', timeoutMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    await telling;
    expect(told).toEqual([]);
  });

  it('lives on heartbeats, and gives up 40 s after the last one', async () => {
    const { writer, tell } = stand();
    let isOver = false;
    const telling = tell().finally(() => {
      isOver = true;
    });
    const over = expect(telling).rejects.toMatchObject({ name: 'TimeoutError', timeoutMs: 40_000 });
    for (let beats = 0; beats < 10; beats += 1) {
      await writer.write(sseHeartbeat);
      await vi.advanceTimersByTimeAsync(15_000);
    }
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(25_000);
    await over;
  });

  it('throws the reason of its signal', async () => {
    const { writer, tell } = stand();
    const control = new AbortController();
    const telling = expect(tell(control.signal)).rejects.toThrow('enough');
    await writer.write(sseRetry(250));
    control.abort(new Error('enough'));
    await telling;
  });
});
