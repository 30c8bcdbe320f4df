import { findSecret } from '../aws/secrets.ts';
import { JobError } from '../define-job.ts';
import { log } from '../edge/log.ts';
import { env } from '../env.ts';

/** How long a value is good: so soon is one that was changed in use everywhere, without a deployment. */
const keptMs = 5 * 60_000;

interface Kept {
  value: Promise<string>;
  untilMs: number;
}

const kept = new Map<string, Kept>();

/** What gives a handler the values of the secrets that its type has `declared`. */
export function secretReader(declared: readonly string[] = []): (name: string) => Promise<string> {
  return async (name) => {
    if (!declared.includes(name)) {
      throw new Error(`Cannot read the secret ${name}: the job type must list it under secrets`);
    }
    const known = kept.get(name);
    if (known && Date.now() < known.untilMs) return known.value;
    const value = readValue(name);
    kept.set(name, { value, untilMs: Date.now() + keptMs });
    // A failure is not kept: the next run asks again.
    value.catch(() => kept.delete(name));
    return value;
  };
}

/** What went wrong is for whoever runs the service. Clients see the job's error, and need not know what it is called. */
async function readValue(name: string): Promise<string> {
  let error: unknown;
  const value = await findSecret(`${env('SERVICE')}/${name}`).catch((thrown: unknown) => {
    error = thrown;
    return undefined;
  });
  if (value) return value;
  // AWS says that access is denied to one that is not there: the grant is on names as they are once a secret is made.
  log.error('cannot read a secret of a handler: docs/job-types.md says how it is set', { secret: name, error });
  throw new JobError('secret-unavailable', 'A secret that this job type needs could not be read');
}
