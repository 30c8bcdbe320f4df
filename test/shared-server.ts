// One local server for all suites that know a service by its address: `inject('server')` says where it is.
import type { TestProject } from 'vitest/node';
import type { LocalState } from '../dev/state-file.ts';
import { startLocalServer } from './local-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    server: LocalState & { stateFile: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, output, ...server } = await startLocalServer();
  project.provide('server', server);
  return async () => {
    await stop();
    if (process.env.JOBWIRE_SHOW_LOG === '1') console.log(output());
  };
}
