import asyncapi from 'jobwire:asyncapi';
import manifest from 'jobwire:manifest';
import openapi from 'jobwire:openapi';
import { ApiError, problems } from '../protocol/errors.ts';
import { type HttpRequest, type HttpResponse, http } from './edge/http.ts';
import { env } from './env.ts';

/**
 * What the service says of itself. The gateway also sends here what no other function answers: unknown addresses
 * (404) and wrong methods (405), which `http` refuses.
 */
export const handler = http(env('REST_URL'), {
  describeService,
  checkHealth: () => ({ status: 200, body: { status: 'ok' } }),
  getOpenApi: () => ({ status: 200, headers: documentHeaders, body: withAddresses(openapi) }),
  getAsyncApi: () => ({ status: 200, headers: documentHeaders, body: withAddresses(asyncapi) }),
  describeProblem,
  listTypes: () => ({ status: 200, body: { items: Object.values(manifest.types) } }),
});

const documentHeaders = { 'cache-control': 'public, no-cache' };

function describeService(): HttpResponse {
  const restUrl = env('REST_URL');
  const console = env('CONSOLE_URL');
  const links = {
    jobs: `${restUrl}/jobs`,
    types: `${restUrl}/types`,
    tokens: `${restUrl}/tokens`,
    uploads: `${restUrl}/uploads`,
    webhooks: `${restUrl}/webhooks`,
    deadLetters: `${restUrl}/dead-letters`,
    events: env('LIVE_URL'),
    graphql: `${restUrl}/graphql`,
    openapi: `${restUrl}/openapi.json`,
    asyncapi: `${restUrl}/asyncapi.json`,
    ...(console !== '' && { console }),
  };
  const { name, version } = manifest;
  return { status: 200, headers: documentHeaders, body: { name, version, links } };
}

function describeProblem({ path: { code = '' } }: HttpRequest): HttpResponse {
  const problem = Object.entries(problems).find(([known]) => known === code)?.[1];
  if (!problem) throw new ApiError('not-found', 'Cannot find this problem code: see section 4 of the protocol for all');
  return { status: 200, headers: { 'cache-control': 'public, max-age=3600' }, body: { code, ...problem } };
}

/** A document made at synth, with the addresses that only the running stack knows. */
function withAddresses(document: object): object {
  const addresses = { ...addressParts('rest', env('REST_URL')), ...addressParts('live', env('LIVE_URL')) };
  return JSON.parse(
    JSON.stringify(document).replace(/\{(\w+)\}/g, (placeholder, name) => addresses[name] ?? placeholder),
  );
}

/** `{restUrl}`, and what AsyncAPI has apart: `{restHost}`, `{restPath}`, `{restProtocol}`. */
function addressParts(name: string, address: string): Record<string, string> {
  const { host, pathname, protocol } = new URL(address);
  return {
    [`${name}Url`]: address,
    [`${name}Host`]: host,
    [`${name}Path`]: pathname,
    [`${name}Protocol`]: protocol.replace(':', ''),
  };
}
