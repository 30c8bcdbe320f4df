import type { JobType } from '../../protocol/types.ts';
import { didYouMean } from './closest-word.ts';
import type { Call } from './command.ts';

/** No job type has the name that was given. The message names those that there are. */
export class UnknownTypeError extends Error {
  override name = 'UnknownTypeError';
}

/** The job type of that name. Throws an `UnknownTypeError` where there is none. */
export async function getType(call: Call, name: string): Promise<JobType> {
  const types = await call.service().client.types();
  const found = types.find((type) => type.name === name);
  if (found) return found;
  throw errorOf(name, types);
}

/** What to say of a name that the service does not know. */
export async function unknownType(call: Call, name: string): Promise<UnknownTypeError> {
  return errorOf(name, await call.service().client.types());
}

function errorOf(name: string, types: readonly JobType[]): UnknownTypeError {
  const names = types.map((type) => type.name);
  const there = names.length === 0 ? 'there are none here yet' : `it must be one of ${names.join(', ')}`;
  return new UnknownTypeError(`Cannot find the job type ${name}: ${there}${didYouMean(name, names)}`);
}
