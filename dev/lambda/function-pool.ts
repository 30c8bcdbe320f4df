import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Log } from '../log/log.ts';
import { type Environment, startEnvironment } from './environment.ts';
import type { CallReply, EnvironmentRequest } from './environment-messages.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { InvokeError } from './invoke.ts';

/** One call of a function, from its caller's side. */
export interface Call {
  /** Makes the event, as JSON, once an environment is free for it. */
  event: () => string | Promise<string>;
  isStreaming: boolean;
  /** `answer`, `failed` and `ended` are each the last. */
  onReply(reply: CallReply, send: (request: EnvironmentRequest) => void): void;
}

interface Slot {
  environment: Environment;
  state: 'starting' | 'idle' | 'busy' | 'gone';
  call?: Call;
  timer?: NodeJS.Timeout;
  freeSinceMs: number;
}

/** No function gets more environments than this, whatever it is asked. */
const maxEnvironments = 50;
/** Every function gets as many as there are cores as soon as calls wait; each new one has to warm up first. */
const coreEnvironments = availableParallelism();
/**
 * How long the oldest call waits before it gets one beyond those: where calls only stand still, as those that wait for
 * something do, and where they move on, so that more environments would share the same cores.
 */
const patienceMs = { standing: 100, moving: 250 };
/** How much longer it waits where the cores are busy anyway. */
const saturatedFactor = 5;
const checkEveryMs = 25;
/** Environments that have had nothing to do for this long are dropped; the last one of a function is kept longer. */
const keepSpareMs = 60_000;
const keepLastMs = 900_000;

interface PoolOptions {
  log: Log;
  cpu: { isSaturated(): boolean };
}

/** The execution environments of one version of one function: started when calls wait, one call at a time each. */
export class FunctionPool {
  readonly definition: FunctionDefinition;
  readonly #options: PoolOptions;
  readonly #slots = new Set<Slot>();
  #waiting: { call: Call; sinceMs: number }[] = [];
  #growthTimer: NodeJS.Timeout | undefined;
  #lastEndMs = 0;
  #isRetired = false;

  constructor(definition: FunctionDefinition, options: PoolOptions) {
    this.definition = definition;
    this.#options = options;
  }

  /** True where no environment of it is left. */
  get isEmpty(): boolean {
    return this.#slots.size === 0;
  }

  /** Runs `call` as soon as an environment is free, or answers at once as Lambda does when it has no room. */
  run(call: Call): void {
    const { reservedConcurrency } = this.definition;
    if (reservedConcurrency !== undefined && this.#count('busy') + this.#waiting.length >= reservedConcurrency) {
      const error = { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
      call.onReply({ kind: 'failed', error }, () => undefined);
      return;
    }
    this.#waiting.push({ call, sinceMs: performance.now() });
    this.#serve();
  }

  /** Lets calls under way finish, ends everything else, and hands over the calls that have not begun. */
  retire(): Call[] {
    this.#isRetired = true;
    clearInterval(this.#growthTimer);
    for (const slot of this.#slots) if (slot.state !== 'busy') this.#drop(slot);
    return this.#waiting.splice(0).map(({ call }) => call);
  }

  stop(): void {
    this.retire();
    for (const slot of this.#slots) this.#drop(slot);
  }

  /** Ends environments that have had nothing to do for long. */
  dropIdle(): void {
    const now = performance.now();
    for (const slot of this.#slots) {
      const keepMs = this.#slots.size > 1 ? keepSpareMs : keepLastMs;
      if (slot.state === 'idle' && now - slot.freeSinceMs > keepMs) this.#drop(slot);
    }
  }

  #count(state: Slot['state']): number {
    let count = 0;
    for (const slot of this.#slots) if (slot.state === state) count++;
    return count;
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      // The one that was free last is the warmest; the others get a chance to be dropped.
      const idle = [...this.#slots].filter((slot) => slot.state === 'idle');
      const warmest = idle.sort((a, b) => b.freeSinceMs - a.freeSinceMs)[0];
      if (warmest === undefined) break;
      const next = this.#waiting.shift();
      if (next !== undefined) void this.#begin(warmest, next.call);
    }
    this.#growIfWaiting();
  }

  #growIfWaiting(): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined || this.#isRetired) {
      clearInterval(this.#growthTimer);
      this.#growthTimer = undefined;
      return;
    }
    this.#growthTimer ??= setInterval(() => this.#growIfWaiting(), checkEveryMs);
    const hasRoom = this.#count('starting') < Math.min(coreEnvironments, this.#waiting.length);
    const isWanted = this.#slots.size < coreEnvironments || this.#isPatienceOver(oldest.sinceMs);
    const limit = Math.min(maxEnvironments, this.definition.reservedConcurrency ?? maxEnvironments);
    if (isWanted && hasRoom && this.#slots.size < limit) this.#start();
  }

  #isPatienceOver(waitingSinceMs: number): boolean {
    const now = performance.now();
    const isMoving = now - this.#lastEndMs < patienceMs.standing;
    const patience = isMoving ? patienceMs.moving : patienceMs.standing;
    return now - waitingSinceMs >= patience * (this.#options.cpu.isSaturated() ? saturatedFactor : 1);
  }

  #start(): void {
    const { log } = this.#options;
    const { title } = this.definition;
    const environment = startEnvironment(this.definition, {
      line: (text) => log.functionLine(title, text),
      reply: (reply) => this.#hear(slot, reply),
      gone: (error) => this.#lose(slot, error),
    });
    const slot: Slot = { environment, state: 'starting', freeSinceMs: performance.now() };
    this.#slots.add(slot);
    environment.ready.then(
      () => this.#free(slot),
      () => undefined,
    );
  }

  async #begin(slot: Slot, call: Call): Promise<void> {
    slot.state = 'busy';
    slot.call = call;
    let event: string;
    try {
      event = await call.event();
    } catch (error) {
      this.#hear(slot, { kind: 'failed', error: { errorType: 'InvalidRequest', errorMessage: String(error) } });
      return;
    }
    // The process may have died of an earlier call's leftovers meanwhile; the call has its answer then.
    if (slot.call !== call) return;
    const { timeoutMs } = this.definition;
    const requestId = randomUUID();
    slot.timer = setTimeout(() => {
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      this.#options.log.error(this.definition.title, errorMessage);
      this.#finish(slot, { kind: 'failed', error: { errorType: 'Sandbox.Timedout', errorMessage } });
      this.#drop(slot);
      this.#serve();
    }, timeoutMs);
    const deadlineMs = Date.now() + timeoutMs;
    slot.environment.send({ kind: 'invoke', requestId, event, deadlineMs, isStreaming: call.isStreaming });
  }

  #hear(slot: Slot, reply: CallReply): void {
    if (reply.kind === 'prelude' || reply.kind === 'chunk') {
      this.#pass(slot, reply);
      return;
    }
    this.#finish(slot, reply);
    if (slot.state === 'busy') this.#free(slot);
  }

  #pass(slot: Slot, reply: CallReply): void {
    slot.call?.onReply(reply, (request) => {
      if (slot.state === 'busy') slot.environment.send(request);
    });
  }

  #finish(slot: Slot, reply: CallReply): void {
    clearTimeout(slot.timer);
    this.#lastEndMs = performance.now();
    this.#pass(slot, reply);
    delete slot.call;
  }

  #free(slot: Slot): void {
    slot.state = 'idle';
    slot.freeSinceMs = performance.now();
    if (this.#isRetired) this.#drop(slot);
    this.#serve();
  }

  #drop(slot: Slot): void {
    slot.state = 'gone';
    this.#slots.delete(slot);
    slot.environment.stop();
  }

  /** The process ended: by itself, unless its slot is dropped already. */
  #lose(slot: Slot, error: InvokeError): void {
    if (slot.state === 'gone') {
      const stopped = { errorType: 'Runtime.ExitError', errorMessage: 'The environment was stopped' };
      if (slot.call !== undefined) this.#finish(slot, { kind: 'failed', error: stopped });
      return;
    }
    const hadStarted = slot.state !== 'starting';
    slot.state = 'gone';
    this.#slots.delete(slot);
    this.#options.log.error(this.definition.title, `${error.errorType}: ${error.errorMessage}`);
    if (slot.call !== undefined) this.#finish(slot, { kind: 'failed', error });
    if (!hadStarted && this.#count('idle') + this.#count('busy') === 0) this.#failWaiting(error);
    this.#serve();
  }

  /** Code that does not load would not load for the next call either. */
  #failWaiting(error: InvokeError): void {
    for (const { call } of this.#waiting.splice(0)) call.onReply({ kind: 'failed', error }, () => undefined);
  }
}
