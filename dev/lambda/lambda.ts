import { setTimeout as delay } from 'node:timers/promises';
import type { Assembly } from '../assembly/read-assembly.ts';
import type { Log } from '../log/log.ts';
import { asError, callForAnswer, callForStream } from './calls.ts';
import { watchCpuLoad } from './cpu-load.ts';
import { type FunctionDefinition, functionDefinitions } from './function-definition.ts';
import { FunctionPool } from './function-pool.ts';
import type { Invoke, InvokeError, InvokeResult, InvokeStreaming } from './invoke.ts';

/** Bytes of an event that Lambda takes ("Lambda quotas"). */
const maxEventBytes = 6 * 1024 * 1024;
const dropIdleEveryMs = 10_000;

export interface LambdaOptions {
  log: Log;
  /** Environment variables that tell every function's SDK where the local services are. */
  endpoints: Record<string, string>;
  /** Tells when another environment would only get in the way. @default watchCpuLoad() */
  cpu?: { isSaturated(): boolean };
}

/** The local Lambda: the functions of the assembly that was loaded last. */
export interface Lambda {
  invoke: Invoke;
  invokeStreaming: InvokeStreaming;
  /** What the template gives a function for its environment; undefined where there is no such function. */
  findVariables(functionName: string): Record<string, string> | undefined;
  /** As `invoke`, with an event that is made when an environment is free for it. */
  invokeWhenFree(functionName: string, makeEvent: () => Promise<unknown>): Promise<InvokeResult>;
  /** Replaces the functions that are new or changed, and names them. Calls under way finish on the code they began on. */
  load(assembly: Assembly): string[];
  stop(): void;
}

export function startLambda({ log, endpoints, cpu = watchCpuLoad() }: LambdaOptions): Lambda {
  const poolOptions = { log, cpu };
  let pools = new Map<string, FunctionPool>();
  /** Those that were replaced, as long as calls of theirs are under way: one that never ends is to be stopped, too. */
  const retired = new Set<FunctionPool>();
  const idleTimer = setInterval(() => {
    for (const pool of pools.values()) pool.dropIdle();
    for (const pool of retired) if (pool.isEmpty) retired.delete(pool);
  }, dropIdleEveryMs).unref();

  function findPool(functionName: string): FunctionPool | undefined {
    const isNamed = ({ definition }: FunctionPool) => [definition.name, definition.arn].includes(functionName);
    return pools.get(functionName) ?? pools.values().find(isNamed);
  }

  return {
    async invoke(functionName, event, { timeoutMs } = {}) {
      const pool = findPool(functionName);
      if (pool === undefined) return { ok: false, error: unknownFunction(functionName) };
      const text = JSON.stringify(event);
      if (Buffer.byteLength(text) > maxEventBytes) return { ok: false, error: eventTooLarge };
      const answered = callForAnswer(pool, () => text);
      return timeoutMs === undefined ? answered : inTime(answered, timeoutMs);
    },
    async invokeWhenFree(functionName, makeEvent) {
      const pool = findPool(functionName);
      if (pool === undefined) return { ok: false, error: unknownFunction(functionName) };
      return callForAnswer(pool, async () => JSON.stringify(await makeEvent()));
    },
    async invokeStreaming(functionName, event) {
      const pool = findPool(functionName);
      if (pool === undefined) throw asError(unknownFunction(functionName));
      const text = JSON.stringify(event);
      return callForStream(pool, () => text);
    },
    findVariables(functionName) {
      return findPool(functionName)?.definition.ownVariables;
    },
    load(assembly) {
      const before = pools;
      const definitions = functionDefinitions(assembly, endpoints);
      pools = new Map(
        definitions.map((definition) => {
          const pool = before.get(definition.logicalId);
          const isSame = pool !== undefined && isSameFunction(pool.definition, definition);
          return [definition.logicalId, isSame ? pool : new FunctionPool(definition, poolOptions)];
        }),
      );
      const isNew = (logicalId: string) => pools.get(logicalId) !== before.get(logicalId);
      for (const [logicalId, pool] of before) if (isNew(logicalId)) retired.add(replace(pool, pools.get(logicalId)));
      return definitions.filter(({ logicalId }) => isNew(logicalId)).map(({ title }) => title);
    },
    stop() {
      clearInterval(idleTimer);
      for (const pool of [...pools.values(), ...retired]) pool.stop();
    },
  };
}

function replace(old: FunctionPool, successor: FunctionPool | undefined): FunctionPool {
  for (const call of old.retire()) {
    if (successor !== undefined) successor.run(call);
    else call.onReply({ kind: 'failed', error: unknownFunction(old.definition.name) }, () => undefined);
  }
  return old;
}

/** An asset's folder carries the hash of its content, so that equal definitions mean equal code. */
function isSameFunction(a: FunctionDefinition, b: FunctionDefinition): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function inTime(answered: Promise<InvokeResult>, timeoutMs: number): Promise<InvokeResult> {
  const timer = new AbortController();
  const timedOut = delay(timeoutMs, undefined, { signal: timer.signal, ref: false }).then(
    (): InvokeResult => ({
      ok: false,
      error: { errorType: 'Endpoint.Timedout', errorMessage: `No answer in ${timeoutMs} ms` },
    }),
  );
  // Aborted as soon as the answer is there, which nobody waits for.
  timedOut.catch(() => undefined);
  const result = await Promise.race([answered, timedOut]);
  timer.abort();
  return result;
}

const eventTooLarge: InvokeError = {
  errorType: 'RequestEntityTooLargeException',
  errorMessage: `Request must be smaller than ${maxEventBytes} bytes for the InvokeFunction operation`,
};

function unknownFunction(functionName: string): InvokeError {
  return { errorType: 'ResourceNotFoundException', errorMessage: `Function not found: ${functionName}` };
}
