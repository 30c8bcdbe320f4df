import * as z from 'zod';
import { defineJob, type RunContext } from '../lambdas/define-job.ts';

const parallelRequests = 10;
const maxRedirects = 10;
const tooManyRedirects = `Cannot follow it further: it redirects more than ${maxRedirects} times`;
/** For one link, redirects included: 200 of them then stay within a run's time. */
const linkTimeoutMs = 30_000;

const link = z.object({
  url: z.string(),
  ok: z.boolean().describe('Whether the last answer was 2xx'),
  status: z.int().optional().describe('Of the last answer'),
  redirects: z.array(z.string()).describe('Where the answers led, in order'),
  durationMs: z.int().describe('All requests together'),
  error: z.string().optional().describe('Why there is no last answer, in plain words'),
});

type Link = z.infer<typeof link>;

/** Asks for every URL and says what it answers. A link that cannot be reached, or must not be, is a result too. */
export default defineJob({
  description: 'Checks links: status, redirects and duration of each. Only public https addresses are called.',
  input: z.strictObject({ urls: z.array(z.string().max(2048)).min(1).max(200) }),
  output: z.object({ links: z.array(link), ok: z.int(), broken: z.int() }),
  limits: { timeoutSeconds: 890, memoryMb: 512, batch: 1, maxRuns: 3 },

  async run({ urls }, context) {
    const links: Link[] = [];
    const waiting = urls.entries();
    let checked = 0;

    const checkOneByOne = async () => {
      for (const [index, url] of waiting) {
        links[index] = await check(url, context);
        context.progress((100 * ++checked) / urls.length, `${checked} of ${urls.length} links`);
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallelRequests, urls.length) }, checkOneByOne));

    const ok = links.filter((link) => link.ok).length;
    return { links, ok, broken: links.length - ok };
  },
});

/** Follows redirects by hand, so that each hop passes the guard anew. */
async function check(url: string, { fetch, signal }: RunContext): Promise<Link> {
  const startedAt = performance.now();
  const redirects: string[] = [];
  const elapsedMs = () => Math.round(performance.now() - startedAt);
  const found = (rest: { ok: boolean; status?: number; error?: string }): Link => {
    return { url, redirects, durationMs: elapsedMs(), ...rest };
  };
  for (let at = url; ; ) {
    const timeoutMs = Math.max(1, linkTimeoutMs - elapsedMs());
    const answer = await fetch(at, { timeoutMs, maxBytes: 0, signal }).catch((error: Error) => error);
    signal.throwIfAborted();
    if (answer instanceof Error) return found({ ok: false, error: answer.message });

    const { status, headers } = answer;
    const next = status >= 300 && status < 400 && headers.location ? URL.parse(headers.location, at)?.href : undefined;
    if (next === undefined) return found({ ok: status >= 200 && status < 300, status });
    if (redirects.length === maxRedirects) return found({ ok: false, status, error: tooManyRedirects });
    redirects.push(next);
    at = next;
  }
}
