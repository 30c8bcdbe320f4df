import { afterEach, describe, expect, it, vi } from 'vitest';
import { credentialSource } from '../../client/credential-source.ts';

const enough = new Error('enough');
afterEach(() => void vi.useRealTimers());

/** A source whose function gives what is settled by hand, ask by ask. */
function stand() {
  const asks: PromiseWithResolvers<string>[] = [];
  const source = credentialSource(() => {
    const ask = Promise.withResolvers<string>();
    asks.push(ask);
    return ask.promise;
  });
  return { source, asks };
}

describe('credentialSource()', () => {
  it('keeps one ask for all calls, whichever of them is aborted', async () => {
    const { source, asks } = stand();
    const control = new AbortController();
    const aborted = source.get(control.signal);
    const other = source.get();
    control.abort(enough);
    await expect(aborted).rejects.toBe(enough);
    const later = source.get();
    asks[0]?.resolve('good');
    expect(await Promise.all([other, later, source.get()])).toEqual(['good', 'good', 'good']);
    expect(asks).toHaveLength(1);
  });

  it('keeps what comes when no call waits any more', async () => {
    const { source, asks } = stand();
    const control = new AbortController();
    const aborted = source.get(control.signal);
    control.abort(enough);
    await expect(aborted).rejects.toBe(enough);
    asks[0]?.resolve('late');
    expect(await source.get()).toBe('late');
    expect(asks).toHaveLength(1);
  });

  it('leaves what is known, and asks nothing, where the signal was aborted before', async () => {
    const { source, asks } = stand();
    const signal = AbortSignal.abort(enough);
    await expect(source.get(signal)).rejects.toBe(enough);
    expect(asks).toHaveLength(0);
    const first = source.get();
    asks[0]?.resolve('good');
    await first;
    await expect(source.get(signal)).rejects.toBe(enough);
    expect(await source.get()).toBe('good');
    expect(asks).toHaveLength(1);
  });

  it('asks once where one credential is refused to two calls', async () => {
    const { source, asks } = stand();
    const first = source.get();
    asks[0]?.resolve('old');
    expect(source.drop(await first)).toBe(true);
    const one = source.get();
    expect(source.drop('old')).toBe(true);
    const two = source.get();
    asks[1]?.resolve('new');
    expect(await Promise.all([one, two])).toEqual(['new', 'new']);
    expect(asks).toHaveLength(2);
  });

  it('asks anew after a failure', async () => {
    const { source, asks } = stand();
    const first = source.get();
    asks[0]?.reject(new Error('signed out'));
    await expect(first).rejects.toMatchObject({ name: 'NetworkError' });
    const second = source.get();
    asks[1]?.resolve('good');
    expect(await second).toBe('good');
  });

  it('asks anew where an ask hangs, and takes what that gives after all', async () => {
    vi.useFakeTimers();
    const { source, asks } = stand();
    source.get();
    vi.advanceTimersByTime(19_999);
    source.get();
    expect(asks).toHaveLength(1);
    vi.advanceTimersByTime(1);
    source.get();
    expect(asks).toHaveLength(2);
    asks[0]?.resolve('late');
    await vi.advanceTimersByTimeAsync(0);
    expect(await source.get()).toBe('late');
    expect(asks).toHaveLength(2);
  });
});
