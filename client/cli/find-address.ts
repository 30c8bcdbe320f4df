import { NoServiceError, UsageError } from './usage-error.ts';

/** Where the service is, who asks, and from where both are known: for messages. */
export interface ServiceAddress {
  url: string;
  key: string;
  urlFrom: string;
  keyFrom: string;
}

/** What `npm start` writes into its state file, as far as it matters here. */
export interface LocalState {
  rest: string;
  key: string;
  pid: number;
  isAlive: boolean;
  /** For messages. */
  file: string;
}

export interface Finding {
  url?: string | undefined;
  key?: string | undefined;
  env: Record<string, string | undefined>;
  local: LocalState | undefined;
}

const start = 'Start one with `npm start`, or name one: --url https://... or JOBWIRE_URL, with JOBWIRE_KEY';

/**
 * The service that is meant: of the options, else of the environment, else the local one. The local key goes to the
 * local server alone.
 */
export function findAddress({ url, key, env, local }: Finding): ServiceAddress {
  const named = firstOf([url, '--url'], [env.JOBWIRE_URL, 'JOBWIRE_URL']);
  const given = firstOf([key, '--key'], [env.JOBWIRE_KEY, 'JOBWIRE_KEY']);
  if (named) {
    const address = readUrl(named.value, named.from);
    const isLocal = local?.isAlive === true && local.rest === address;
    if (given) return { url: address, key: given.value, urlFrom: named.from, keyFrom: given.from };
    if (isLocal) return { url: address, key: local.key, urlFrom: named.from, keyFrom: local.file };
    throw new UsageError(`Cannot call ${address}: there is no key, set JOBWIRE_KEY or give --key`);
  }
  if (!local) throw new NoServiceError(`Cannot find a service: no local server is running. ${start}`);
  if (!local.isAlive) {
    throw new NoServiceError(
      `Cannot find a service: the local server of ${local.file} (process ${local.pid}) has ended. ${start}`,
    );
  }
  return {
    url: local.rest,
    key: given?.value ?? local.key,
    urlFrom: local.file,
    keyFrom: given?.from ?? local.file,
  };
}

function firstOf(...all: [value: string | undefined, from: string][]): { value: string; from: string } | undefined {
  const [value, from = ''] = all.find(([each]) => each) ?? [];
  return value ? { value, from } : undefined;
}

/** The REST address without a slash at its end. `/v1` goes without saying, where no path is given. */
function readUrl(text: string, from: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `Cannot call ${text}: ${from} must be the address of a service, such as https://example.com/v1`,
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new UsageError(`Cannot call ${url.origin}: ${from} must have no credentials, query or fragment`);
  }
  return `${url.origin}${url.pathname === '/' ? '/v1' : url.pathname.replace(/\/+$/, '')}`;
}
