import fc from 'fast-check';
import { type Api, apiOf } from '../contract/api.ts';
import type { Target } from '../contract/target.ts';
import { answerCheck } from './check-answer.ts';
import { type GeneratedRequest, type OpenApiDocument, requestsFor } from './generated-request.ts';
import { closeConnections, send } from './send.ts';

export interface FuzzOptions {
  seed: number;
  count: number;
}

export interface FuzzReport {
  /** How many answers had each status. */
  statuses: Record<number, number>;
  /** How many bodies were compared with the document's schema of them. */
  compared: number;
  /** What was wrong, each with the request as a curl command would send it. */
  failures: string[];
}

const atOnce = 8;
const mark = `mark-of-the-other-tenant-${Math.random()}`;

/** Sends `count` requests that are made from the service's own OpenAPI document, and checks every answer. */
export async function fuzz(target: Target & { otherKey: string }, { seed, count }: FuzzOptions): Promise<FuzzReport> {
  const api = apiOf(target);
  const document = (await api.call('GET', '/openapi.json')).body as OpenApiDocument;
  const { names, secrets } = await placesOf(api);
  const check = answerCheck(document, secrets);
  const requests = fc.sample(requestsFor(document), { numRuns: count, seed }).map((request) => named(request, names));
  const report: FuzzReport = { statuses: {}, compared: 0, failures: [] };

  const one = async (request: GeneratedRequest) => {
    try {
      const answer = await send(target.url, request);
      report.statuses[answer.status] = (report.statuses[answer.status] ?? 0) + 1;
      if (check(request, answer)) report.compared += 1;
    } catch (error) {
      if (isRefusal(error)) return;
      report.failures.push(
        `${error instanceof Error ? error.message : error}\n  ${asCurl(target.url, request, names)}`,
      );
    }
  };
  const lane = async () => {
    for (let request = requests.pop(); request; request = requests.pop()) await one(request);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  closeConnections();
  return report;
}

/** What stands for `{own}` and the like: ids and credentials that are there. */
async function placesOf(api: Api) {
  const other = api.as(api.target.otherKey ?? '');
  const own = await api.submitEcho('own', { delaySeconds: 900 });
  const done = await api.end((await api.submitEcho('done')).id);
  const others = await other.submitEcho(mark, { metadata: { mark }, delaySeconds: 900 });
  const names = {
    own: own.id,
    done: done.id,
    other: others.id,
    key: api.target.key,
    token: await api.token({ expiresInSeconds: 3600 }),
    narrow: await api.token({ expiresInSeconds: 3600, scopes: ['jobs:read'] }),
  };
  return { names, secrets: { ids: [others.id], marks: [mark] } };
}

function named(request: GeneratedRequest, names: Record<string, string>): GeneratedRequest {
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, fill(value)]));
  return { ...request, path: fill(request.path), headers };
}

/** Node's own client refuses to send a few of the addresses; they are no request at all. */
function isRefusal(error: unknown): boolean {
  return ['ERR_UNESCAPED_CHARACTERS', 'ERR_INVALID_CHAR'].includes((error as { code?: string }).code ?? '');
}

function asCurl(url: string, { method, path, headers, body }: GeneratedRequest, names: Record<string, string>): string {
  const shown = Object.entries(headers).map(([name, value]) => `-H ${JSON.stringify(`${name}: ${value}`)}`);
  const data = body === undefined ? [] : [`--data-binary ${JSON.stringify(body).slice(0, 600)}`];
  const text = ['curl', `-X ${method}`, JSON.stringify(url + path), ...shown, ...data].join(' ');
  return Object.entries(names).reduce((line, [name, value]) => line.replaceAll(value, `{${name}}`), text);
}

/** A line that tells how a run went. */
export function describeReport({ statuses, compared, failures }: FuzzReport, { seed, count }: FuzzOptions): string {
  const counts = Object.entries(statuses).map(([status, times]) => `${status}: ${times}`);
  return `${count} requests with seed ${seed} (${counts.join(', ')}), ${compared} bodies compared with the document, ${failures.length} failures`;
}
