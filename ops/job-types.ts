import { bodyOf, callOperation } from './call-operation.ts';
import type { Stack } from './stack-target.ts';
import { UsageError } from './usage-error.ts';

export interface KnownType {
  name: string;
  ordered: boolean;
}

/** The job types that the stack has, as it tells its clients. */
export async function listTypes(stack: Stack): Promise<KnownType[]> {
  const answer = await callOperation(stack, 'listTypes', { tenant: 'operator' });
  return bodyOf(answer, 'list the job types').items as KnownType[];
}

/** Throws where the stack has no type of this name. */
export async function checkType(stack: Stack, name: string): Promise<void> {
  const names = (await listTypes(stack)).map((type) => type.name);
  if (names.includes(name)) return;
  throw new UsageError(`Cannot find the job type ${name}: ${stack.place} has ${names.join(', ')}`);
}
