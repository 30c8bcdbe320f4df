import { type Api, apiOf } from '../test/contract/api.ts';
import { inLanes } from '../test/load/load.ts';
import { dollarFigures, followedFigures, growthFigures, type Stretch, smallJobFigures } from './count-steps.ts';
import { type Meter, type MeteredServer, quiet } from './metered-server.ts';
import { median, type Section } from './report.ts';
import { isComplete, openSocket, type Socket } from './socket.ts';
import { bytesOf, headOf } from './table-rows.ts';

const jobs = 1000;
/** As many at the start and at the end of them are looked at by themselves. */
const stretchJobs = 100;
const followedJobs = 20;

/** What a job is billed, counted from the calls of many. */
export async function billedSteps(server: MeteredServer): Promise<Section> {
  const api = apiOf({ url: server.rest, key: server.key });
  await submitMany(api, 40);
  const first = await counted(server, api, stretchJobs);
  const between = await counted(server, api, jobs - 2 * stretchJobs);
  const last = await counted(server, api, stretchJobs);
  const all = joined([first, between, last].map(({ meter }) => meter));
  const followed = await countFollowed(server, api);
  return {
    title: 'Billed steps and dollars',
    how: `Counted at the wires between functions, table and queues while ${jobs} small echo jobs ran, ${followedJobs} more with one WebSocket subscription each; units of the table and its indexes as DynamoDB bills them. Polls that find no message are left out: they cost the same with no job at all.`,
    figures: [
      ...smallJobFigures(all, jobs),
      ...growthFigures(first, last),
      ...followedFigures(followed, followedJobs),
      ...dollarFigures(all, jobs),
    ],
  };
}

/** Jobs that differ in nothing, so that their records are of one size; returns their ids. */
async function submitMany(api: Api, count: number): Promise<string[]> {
  const ids: string[] = [];
  const inputs = Array.from({ length: count }, () => 'small');
  await inLanes(inputs, 4, async (input) => void ids.push((await api.submitEcho(input)).id));
  return ids;
}

/** What so many jobs are billed, all of it and nothing else. */
async function counted(server: MeteredServer, api: Api, count: number): Promise<Stretch> {
  await quiet(server.meter);
  server.reset();
  const ids = await submitMany(api, count);
  await quiet(server.meter);
  const heads = await Promise.all(ids.slice(0, 20).map((id) => headOf(server.table, id)));
  return { meter: joined([server.meter]), count, headBytes: median(heads.map(bytesOf)) };
}

/** A copy, which a reset does not reach. */
function joined(meters: Meter[]): Meter {
  return {
    table: meters.flatMap(({ table }) => table),
    queue: meters.flatMap(({ queue }) => queue),
    functions: meters.flatMap(({ functions }) => functions),
    pushes: meters.flatMap(({ pushes }) => pushes),
  };
}

/** What jobs are billed that are followed from a subscribe after their submit, each on a connection that is open. */
async function countFollowed(server: MeteredServer, api: Api): Promise<Meter> {
  const every = Array.from({ length: followedJobs }, (_, n) => n);
  // A connection for each job, as most clients have: its row holds one subscription.
  const sockets = await Promise.all(every.map(() => openSocket(server.live, server.key)));
  const follow = async (socket: Socket, n: number) => {
    const { id } = await api.submitEcho(n, { delaySeconds: 1 });
    const completed = socket.next(isComplete(id));
    socket.send({ type: 'subscribe', id, job: id });
    await completed;
  };
  const warm = await openSocket(server.live, server.key);
  await follow(warm, 0);
  await quiet(server.meter);
  server.reset();
  // One after another: whose push it was is told by the time.
  for (const [n, socket] of sockets.entries()) await follow(socket, n);
  await quiet(server.meter);
  for (const socket of [warm, ...sockets]) socket.close();
  return joined([server.meter]);
}
