import { type Fault, type ProblemCode, problems } from '../../protocol/errors.ts';
import { type ApiError, isApiError, isNetworkError, isTimeoutError } from '../index.ts';
import { exitCode } from './exit-codes.ts';
import type { ServiceAddress } from './find-address.ts';
import { UnknownTypeError } from './find-type.ts';
import { printable, printableLine } from './terminal/printable.ts';
import { NoServiceError, UsageError } from './usage-error.ts';

/** What is told of an error, and the exit code that says the same to a script. */
export interface Explanation {
  exitCode: number;
  /** In plain words: what was wanted, what is, and what it must be. */
  message: string;
  /** What to do next. */
  remedy?: string;
  /** Each wrong field and what is wrong with it. */
  faults?: { field: string; detail: string }[];
  code?: string;
  status?: number;
  requestId?: string;
}

interface Circumstances {
  /** Which service was called, where one was found. */
  service: ServiceAddress | undefined;
  /** How this program is called here: for commands to paste. */
  program: string;
  /** What was run, where that was understood. */
  command?: string | undefined;
}

/** What to tell of `error`. */
export function explainError(error: unknown, { service, program, command }: Circumstances): Explanation {
  if (error instanceof UsageError) {
    const about = [program, error.command ?? command, '--help'].filter(Boolean).join(' ');
    return { exitCode: exitCode('usage'), message: error.message, remedy: `\`${about}\` says more.` };
  }
  if (error instanceof NoServiceError) return { exitCode: exitCode('unreachable'), message: error.message };
  if (error instanceof UnknownTypeError) {
    const { message } = error;
    return {
      exitCode: exitCode('refused'),
      message,
      remedy: `\`${program} types\` says more of them.`,
      code: 'unknown-type',
    };
  }
  if (isApiError(error)) return explainRefusal(error, { service, program });
  if (isNetworkError(error) || isTimeoutError(error)) {
    const at = service ? `${service.url} (from ${service.urlFrom})` : 'the service';
    return {
      exitCode: exitCode('unreachable'),
      message: `${printableLine(error.message)}; ${at} must answer`,
      remedy: 'Start the local server with `npm start`, or name another service with --url and JOBWIRE_KEY.',
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exitCode: exitCode('bug'),
    message: printable(message),
    remedy: 'This is a fault of the program: please report it.',
  };
}

function explainRefusal(error: ApiError, { service, program }: Circumstances): Explanation {
  const { status, code, requestId, errors, retryAfterMs } = error;
  const known = code !== undefined && Object.hasOwn(problems, code) ? problems[code] : undefined;
  const ours = code && service ? ourRemedies(service)[code]?.replaceAll('`jobwire ', `\`${program} `) : undefined;
  const remedy = ours ?? known?.remedy;
  const waiting = retryAfterMs === undefined ? '' : ` It says to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
  return {
    exitCode: exitCode(status >= 500 ? 'fault' : 'refused'),
    message: printableLine(error.detail ?? error.message),
    ...(remedy !== undefined && { remedy: `${remedy}${waiting}` }),
    ...(errors.length > 0 && { faults: errors.map(fieldOf) }),
    ...(code !== undefined && { code }),
    status,
    ...(requestId !== undefined && { requestId }),
  };
}

/** Remedies for whoever sits at this program, where those of the service speak of requests. */
function ourRemedies({ url, keyFrom }: ServiceAddress): Partial<Record<ProblemCode, string>> {
  return {
    unauthorized: `The key came from ${keyFrom}: ${url} must know it. Keys are made with \`npm run keys -- create\`.`,
    forbidden: `The key came from ${keyFrom}: give one with that scope by --key or JOBWIRE_KEY.`,
    'invalid-input': 'Correct what is listed; `jobwire types <name>` shows what a type takes.',
    'invalid-query': 'Correct what is listed.',
    'unknown-type': '`jobwire types` lists the types that there are.',
    'job-done': '`jobwire get <job>` shows how it ended.',
    'not-retryable': '`jobwire get <job>` shows where it stands; only a job that ended without success is retried.',
    'webhook-disabled': 'Enable it first: `jobwire webhooks update <id> --enable`.',
    'too-many-webhooks': 'Delete one that is not needed: `jobwire webhooks list`, `jobwire webhooks delete <id>`.',
    'payload-too-large': 'Send large data as a file: --file data.csv uploads it.',
    'idempotency-mismatch': 'Use another --idempotency-key for another job; the very same command repeats one.',
  };
}

/** `/input/steps` as `input.steps`; of a query the parameter. */
function fieldOf(fault: Fault): { field: string; detail: string } {
  const field =
    'parameter' in fault
      ? fault.parameter
      : fault.pointer
          .split('/')
          .slice(1)
          .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
          .join('.');
  return { field: printableLine(field) || 'the body', detail: printableLine(fault.detail) };
}
