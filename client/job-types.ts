import type { Job, Json } from '../protocol/types.ts';

/**
 * The job types of a service, by name: what each takes and gives. An entry is either
 * `{ input: ..., output: ... }` in plain types, or the type of what a job file exports by default.
 */
export type JobTypeTable<Types> = { [Name in keyof Types]: { input: unknown; output: unknown } };

/** Where nothing is said of the job types: any name, any JSON. */
export interface AnyJobTypes {
  [name: string]: { input: Json; output: Json };
}

/** The name of a job type. */
export type TypeName<Types> = keyof Types & string;

/** What a schema takes and gives, told as Standard Schema tells it (zod, valibot, arktype). */
interface Schema<Input = unknown, Output = unknown> {
  readonly '~standard': { readonly types?: { readonly input: Input; readonly output: Output } | undefined };
}

/** What a submit of the type `Name` takes. */
export type InputOf<Types extends JobTypeTable<Types>, Name extends TypeName<Types>> =
  Types[Name]['input'] extends Schema<infer Input> ? Input : Types[Name]['input'];

/** What a job of the type `Name` gives. */
export type OutputOf<Types extends JobTypeTable<Types>, Name extends TypeName<Types>> =
  Types[Name]['output'] extends Schema<unknown, infer Output> ? Output : Types[Name]['output'];

/** A job with what its type takes and gives. Of several types: a union that `type` tells apart. */
export type JobOf<Types extends JobTypeTable<Types>, Name extends TypeName<Types> = TypeName<Types>> = {
  [Each in Name]: Omit<Job, 'type' | 'input' | 'output'> & {
    type: Each;
    /** Left out in lists. */
    input?: InputOf<Types, Each>;
    /** Left out until the job has succeeded, in lists, and where it is large: `client.output(job)` reads it in any case. */
    output?: OutputOf<Types, Each>;
  };
}[Name];
