import type { Use, WiredFunction, Wires } from './read-wires.ts';
import { arrow, type Box, box, type Row, svg, text } from './svg-parts.ts';

/** Where the columns begin, and how wide they are. */
const columns = {
  clients: { x: 16, width: 86 },
  doors: { x: 126, width: 156 },
  functions: { x: 308, width: 268 },
  queues: { x: 612, width: 178 },
  workers: { x: 816, width: 262 },
  followers: { x: 1102, width: 112 },
} as const;

const gap = 18;
const top = 56;

/** What the letters in a function's row say that it may do, in their order. */
const meanings: Record<Use, (wires: Wires) => string> = {
  table: ({ table }) => `reads or writes the DynamoDB table, which has ${table.indexes.length} indexes`,
  bucket: () => 'reads or writes the S3 bucket of large inputs and outputs',
  secrets: ({ secrets }) => `reads some of the ${secrets.length} secrets in Secrets Manager`,
  jobs: () => 'sends to the queues of job types',
  deliveries: () => 'sends to the queue of webhooks',
  sockets: () => 'posts to open WebSocket connections',
};
const uses = Object.keys(meanings) as Use[];

/** The picture of a stack, as SVG that suits light and dark pages. */
export function drawWires(wires: Wires): string {
  const called = calledFunctions(wires);
  const fed = queueRows(wires);
  const legend = drawLegend(wires, { from: fed.bottom + gap, to: called.bottom });
  const height = Math.max(called.bottom, legend.bottom) + 16;
  const parts = [...headings(), ...called.parts, ...fed.parts, legend.part];
  if (called.first && fed.first) parts.push(arrow(called.first, fed.first));
  return svg({ width: columns.followers.x + columns.followers.width + 16, height, parts });
}

function headings(): string[] {
  const titles: Record<keyof typeof columns, string> = {
    clients: '',
    doors: 'Front doors',
    functions: 'Functions',
    queues: 'Queues',
    workers: 'Functions',
    followers: '',
  };
  return Object.entries(titles).map(([name, title]) =>
    text(title, { x: columns[name as keyof typeof columns].x, y: 34, style: 'heading' }),
  );
}

const rowOf = (one: WiredFunction): Row => ({
  text: one.name,
  marks: uses.map((use) => (one.uses.includes(use) ? use : undefined)),
});

/** The left half: clients, the doors that they come to, and the functions behind each. */
function calledFunctions({ functions, rest, live, schedule, has }: Wires) {
  const by = (caller: string) => functions.filter(({ callers }) => callers.some((one) => one === caller));
  const authorizers = new Set([...by('rest authorizer'), ...by('live authorizer')]);
  const groups = [
    {
      title: 'by request',
      functions: [...authorizers, ...by('rest').filter((one) => !authorizers.has(one))],
      door: ['REST API', `${rest.operations} operations`, has.firewall ? 'behind a firewall' : 'responses streamed'],
      clients: true,
    },
    {
      title: 'by message',
      functions: by('live').filter((one) => !authorizers.has(one)),
      door: ['WebSocket API', `${live.routes.length} routes`],
      clients: true,
    },
    { title: 'by the clock', functions: by('schedule'), door: ['Schedule', schedule ?? ''], clients: false },
  ].filter((group) => group.functions.length > 0);

  const parts: string[] = [];
  const lists: Box[] = [];
  const doors: Box[] = [];
  let y = top;
  for (const group of groups) {
    const list = box({
      ...columns.functions,
      y,
      title: group.title,
      rows: group.functions.map(rowOf),
      style: 'function',
    });
    const [title = '', ...lines] = group.door.filter((line) => line !== '');
    const door = box({ ...columns.doors, y, title, rows: lines.map((line) => ({ text: line })), style: 'door' });
    lists.push(list);
    parts.push(list.part, door.part, arrow(door, list));
    if (group.clients) doors.push(door);
    y = Math.max(list.bottom, door.bottom) + gap;
  }
  const last = doors.at(-1);
  const clients = box({
    ...columns.clients,
    y: top,
    title: 'Clients',
    rows: [{ text: 'programs' }, { text: 'browsers' }, { text: 'console' }],
    style: 'outside',
    height: (last?.bottom ?? top) - top,
  });
  parts.push(clients.part, ...doors.map((door) => arrow(clients, door)));
  return { parts, bottom: y - gap, first: lists[0] };
}

/** The right half: each kind of queue beside the functions that it feeds, and whom those tell. */
function queueRows({ queues, functions }: Wires) {
  const own = (name: string) => name.startsWith('_');
  const fedBy = (names: (string | undefined)[]) =>
    functions.filter(({ callers }) => callers.some((caller) => names.some((name) => caller === `queue ${name}`)));
  const jobs = queues.filter(({ name }) => !own(name));
  const deliveries = queues.filter(({ name }) => own(name));
  const readable = (name = '') => name.replace(/^_/, '').replace(/\.fifo$/, '');
  const bands = [
    { title: 'one for each job type', names: jobs.map(({ name }) => name), tells: ['Followers', 'by push'] },
    { title: 'dead letters of jobs', names: jobs.map(({ deadLetters }) => deadLetters) },
    { title: 'webhooks to send', names: deliveries.map(({ name }) => name), tells: ['Receivers', 'by webhook'] },
    { title: 'dead deliveries', names: deliveries.map(({ deadLetters }) => deadLetters) },
  ];
  const parts: string[] = [];
  const boxes: Box[] = [];
  let y = top;
  for (const { title, names, tells } of bands) {
    const rows = names.map((name) => ({ text: readable(name) }));
    const workers = fedBy(names);
    const queue = box({ ...columns.queues, y, title, rows, style: 'queue' });
    const worker = box({ ...columns.workers, y, title: 'by message', rows: workers.map(rowOf), style: 'function' });
    boxes.push(queue);
    parts.push(queue.part, worker.part, arrow(queue, worker));
    if (tells) {
      const [name = '', ...lines] = tells;
      const listener = box({
        ...columns.followers,
        y,
        title: name,
        rows: lines.map((line) => ({ text: line })),
        style: 'outside',
      });
      parts.push(listener.part, arrow(worker, listener));
    }
    y = Math.max(queue.bottom, worker.bottom) + gap;
  }
  return { parts, bottom: y - gap, first: boxes[0] };
}

/** What the letters mean, with what keeps the state and what watches it all. */
function drawLegend(wires: Wires, { from, to }: { from: number; to: number }): Box {
  const { alarms, dashboard, consoleSite } = wires.has;
  const beside = [alarms && 'alarms', dashboard && 'a dashboard', consoleSite && 'the console on CloudFront and S3'];
  const named = beside.filter((name) => typeof name === 'string');
  const rows = uses.map((use): Row => ({ text: meanings[use](wires), marks: [use], marksFirst: true }));
  if (named.length > 0) rows.push({ text: `Beside all this: ${named.join(', ')}`, faint: true });
  const right = columns.followers.x + columns.followers.width;
  const place = { x: columns.queues.x, width: right - columns.queues.x, y: from };
  return box({ ...place, title: 'A function with this letter', rows, style: 'state', height: to - from });
}
