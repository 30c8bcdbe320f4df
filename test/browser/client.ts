import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { ChannelName } from '../../client/index.ts';
import type { JobEvent } from '../../protocol/types.ts';
import { openCutWay } from '../channels/cut-way.ts';
import { kept, type Recording, record, recordingOf } from '../channels/recordings.ts';
import { submit } from '../channels/service.ts';
import type { Api } from '../contract/api.ts';
import { type Blocks, startBlockingProxy } from '../support/blocking-proxy.ts';

/** What lies between the browser and the service, and the channel that is left to the client. */
const ways: { blocks: Blocks; left: ChannelName }[] = [
  { blocks: {}, left: 'websocket' },
  { blocks: { webSocket: 'refuse' }, left: 'sse' },
  { blocks: { webSocket: 'hang', stream: 'hang' }, left: 'long-poll' },
  { blocks: { webSocket: 'refuse', stream: 'refuse', longPoll: 'refuse' }, left: 'poll' },
];

interface Wanted {
  job: string;
  after: number;
}

interface Followed {
  told: JobEvent[][];
  channels: ChannelName[];
}

/** The client, as browsers load it, does all that it does on Node: over every way, cut after random bytes or not. */
export async function checkClient(page: Page, api: Api): Promise<string> {
  const credential = api.target.key;
  const used = await page.evaluate(
    `use(${JSON.stringify({ url: api.target.url, credential, text: 'a,b\n1,2\n3,4\n' })})`,
  );
  assert.deepEqual(used, {
    rows: 2,
    length: 100_000,
    failure: ['JobFailedError', 'failed'],
    refusal: ['ApiError', 'unknown-type'],
  });
  const recordings = [...(await record(api)).values()];
  let followed = 0;
  for (const { blocks, left } of ways) {
    for (const budgets of [[], randomBudgets()]) {
      followed += await checkWay({ page, api, recordings }, { blocks, left, budgets });
    }
  }
  return `${followed} logs by the client over ${ways.length} ways, each whole and cut`;
}

const randomBudgets = () => Array.from({ length: 8 }, () => Math.floor(Math.random() * 6_000));

interface Stand {
  page: Page;
  api: Api;
  recordings: Recording[];
}

async function checkWay(
  { page, api, recordings }: Stand,
  { blocks, left, budgets }: (typeof ways)[number] & { budgets: number[] },
): Promise<number> {
  const proxy = await startBlockingProxy(api.target.url, blocks);
  const way = await openCutWay(Number(new URL(proxy.url).port), budgets);
  const url = Object.assign(new URL(proxy.url), { port: String(way.port) }).href;
  const follow = async (wanted: Wanted[]): Promise<Followed> =>
    await page.evaluate(`follow(${JSON.stringify({ url, credential: api.target.key, wanted })})`);
  const name = `${JSON.stringify(blocks)}, cut after ${budgets.join(', ') || 'nothing'}`;
  try {
    const wanted = recordings.flatMap(({ job, events }) => {
      const cursors = [0, Math.floor(events.length / 2), events.length - 1, events.length];
      return [...new Set(cursors)].map((index) => ({ job, after: events[index - 1]?.seq ?? 0 }));
    });
    const finished = await follow(wanted);
    for (const [index, { job, after }] of wanted.entries()) {
      const { events = [] } = recordings.find((recording) => recording.job === job) ?? {};
      const rest = events.filter(({ seq }) => seq > after);
      assert.deepEqual(finished.told[index], rest, `${name}: ${job} after ${after}`);
    }
    const job = await submit(api, 'stream', { parts: 12, intervalMs: 90, bytes: 20 });
    const live = await follow([{ job, after: 0 }]);
    const { events } = await recordingOf(api, job);
    assert.deepEqual(kept(live.told[0] ?? []), kept(events), `${name}: a job as it happens`);
    // Cuts may well drive a client to the next channel; without them it takes the best one that is left.
    if (budgets.length === 0) assert.deepEqual(live.channels, [left], name);
    return wanted.length + 1;
  } finally {
    way.close();
    proxy.stop();
  }
}
