import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Json } from '../../protocol/types.ts';
import { type Api, apiOf } from '../contract/api.ts';
import type { Target } from '../contract/target.ts';
import type { Channel } from './channel.ts';
import { clientChannels } from './client.ts';
import { graphqlSocket, graphqlStream } from './graphql.ts';
import { jsonPage, longPoll } from './polls.ts';
import { webSocket } from './socket.ts';
import { eventSource, eventSourceClient, plainStream } from './streams.ts';

/** Every way of following a job. */
export const channels: Channel[] = [
  jsonPage,
  longPoll,
  eventSource,
  eventSourceClient,
  plainStream,
  webSocket,
  graphqlSocket,
  graphqlStream,
  ...clientChannels,
];

/** The service under test, as a tenant of this suite's own. */
export interface Service {
  target: Target;
  api: Api;
  /** The same service as another tenant. */
  stranger: Target;
}

interface Server {
  rest: string;
  stateFile: string;
}

/** Makes two tenants on a local server. */
export async function openService({ rest, stateFile }: Server): Promise<Service> {
  const makeKey = async (tenant: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['ops/keys.ts', 'create', '--tenant', tenant, '--json'],
      { env: { ...process.env, JOBWIRE_STATE: stateFile } },
    );
    return JSON.parse(stdout).key;
  };
  const [key, strange] = await Promise.all([makeKey('channels'), makeKey('strangers')]);
  const target = { url: rest, key };
  return { target, api: apiOf(target), stranger: { url: rest, key: strange } };
}

/** Submits a job that has to wait for nothing, and returns its id. */
export async function submit(api: Api, type: string, input: Json, rest: object = {}): Promise<string> {
  return (await api.submit({ type, input, ...rest })).id;
}
