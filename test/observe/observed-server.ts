import { type Api, apiOf } from '../contract/api.ts';
import { type LocalServer, startLocalServer } from '../local-server.ts';
import { type Extracted, readEmf } from './emf.ts';

/** A structured line of a function's log. */
export interface LogLine {
  level: string;
  message: string;
  time: string;
  function: string;
  requestId: string;
  job?: string;
  tenant?: string;
  type?: string;
  run?: number;
  traceId?: string;
}

/** A local server whose functions' lines can be read as CloudWatch would have them. */
export interface ObservedServer extends LocalServer {
  api: Api;
  lines(): LogLine[];
  /** What CloudWatch would make metrics of. Throws for a line that it would drop. */
  figures(): Extracted[];
}

/** Starts one: JOBWIRE_LOG=json has it print lines as they are. */
export async function startObservedServer(): Promise<ObservedServer> {
  const server = await startLocalServer({ env: { JOBWIRE_LOG: 'json' } });
  const entries = () => {
    // The last one may be on its way still.
    const complete = server.output().split('\n').slice(0, -1);
    return complete.filter((line) => line.startsWith('{'));
  };
  return {
    ...server,
    api: apiOf({ url: server.rest, key: server.key }),
    lines: () => entries().flatMap((line) => (line.includes('"_aws"') ? [] : [JSON.parse(line) as LogLine])),
    figures: () => entries().flatMap((line) => (line.includes('"_aws"') ? readEmf(line) : [])),
  };
}

/** The name of a line's function, without the stack's. */
export const functionOf = ({ function: name }: LogLine): string => name.replace(/^jobwire-local-/, '');
