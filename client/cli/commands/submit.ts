import { limits } from '../../../protocol/limits.ts';
import type { Job, JobType, Json } from '../../../protocol/types.ts';
import { isApiError } from '../../errors.ts';
import type { SubmitOptions } from '../../types.ts';
import { type Call, defineCommand, type OptionValues } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { getType, unknownType } from '../find-type.ts';
import { buildInput, type InputPart, needsSchema } from '../input/build-input.ts';
import { readInput } from '../input/read-input.ts';
import { type UploadPlace, uploadPlace } from '../input/upload-field.ts';
import { sizeOf, uploadFile } from '../input/upload-file.ts';
import { readPairs } from '../read-pairs.ts';
import { UsageError } from '../usage-error.ts';
import { watchJob } from '../watch/watch-job.ts';

const options = {
  input: {
    kind: 'text',
    value: 'input',
    many: true,
    help: 'the input: @file.json, - for standard input, JSON text, or key=value',
  },
  file: { kind: 'text', value: 'path', many: true, help: 'uploads a file, into the field that takes it or field=path' },
  watch: { kind: 'flag', help: 'follows the job to its end, and prints its output' },
  'cancel-on-interrupt': { kind: 'flag', help: 'with --watch: Ctrl-C cancels the job' },
  'idempotency-key': { kind: 'text', value: 'key', help: 'the same key gives the same job, however often it is sent' },
  delay: {
    kind: 'number',
    value: 'seconds',
    maximum: limits.maxDelaySeconds,
    minimum: 0,
    help: 'waits before it runs',
  },
  deadline: {
    kind: 'number',
    value: 'seconds',
    minimum: limits.minDeadlineSeconds,
    maximum: limits.maxDeadlineSeconds,
    help: 'ends the whole job, run or not, after so long',
  },
  'order-key': { kind: 'text', value: 'key', help: 'of ordered types: one after another among those of the same key' },
  metadata: { kind: 'text', value: 'key=value', many: true, help: 'kept with the job and shown with it' },
  webhook: { kind: 'text', value: 'address', help: 'is told of the end of this job' },
} as const;

type Values = OptionValues<typeof options>;

/** `submit <type>`. */
export const submit = defineCommand({
  name: 'submit',
  summary: 'puts a job into its queue',
  details: `The input is what --input says, with each key=value set in it: numbers, flags and lists as the schema of the
type asks for. A key given more than once makes a list; a dot leads into an object (filter.since=2026).
The id of the job goes to standard output; with --watch its output does.`,
  words: [
    { name: 'type', help: 'a job type; `types` lists them' },
    { name: 'key=value', help: 'a field of the input', optional: true, many: true },
  ],
  options,
  examples: [
    'submit countdown steps=5 intervalMs=1000 --watch',
    'submit csv-profile --file examples/orders.csv --watch',
    'submit countdown --input \'{"steps":3,"intervalMs":100}\' --metadata team=data --json',
  ],
  async run(call) {
    const [typeName = '', ...fields] = call.words;
    const { values } = call;
    const asked = readOptions(values);
    const parts = await readInput(values.input ?? [], fields, call);
    const { client } = call.service();
    const type = needsSchema(parts) || values.file ? await getType(call, typeName) : undefined;
    const input = await completeInput(call, { parts, type, files: values.file ?? [] });
    const job = await client.submit(typeName, input, asked).catch(async (error: unknown) => {
      throw isApiError(error) && error.code === 'unknown-type' ? await unknownType(call, typeName) : error;
    });
    if (values.watch) return follow(call, job as Job, values);
    tellSubmitted(call, job as Job);
    return exitCode('done');
  },
});

function readOptions(values: Values): SubmitOptions {
  if (values['cancel-on-interrupt'] && !values.watch) {
    throw new UsageError('Cannot use --cancel-on-interrupt alone: it goes with --watch');
  }
  if (values.file && values['idempotency-key'] !== undefined) {
    throw new UsageError(
      'Cannot use --idempotency-key with --file: each upload has a reference of its own, so a repeat is another job; upload it once (upload <file>) and submit the reference',
    );
  }
  const { delay, deadline, metadata, webhook, 'order-key': orderKey, 'idempotency-key': idempotencyKey } = values;
  return {
    ...(delay !== undefined && { delaySeconds: delay }),
    ...(deadline !== undefined && { deadlineSeconds: deadline }),
    ...(orderKey !== undefined && { orderKey }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(metadata && { metadata: readPairs('--metadata', metadata) }),
    ...(webhook !== undefined && { webhook: { url: webhook } }),
  };
}

interface InputParts {
  parts: InputPart[];
  type: JobType | undefined;
  files: readonly string[];
}

/** The input with the references of its files: everything is looked at before anything is uploaded. */
async function completeInput(call: Call, { parts, type, files }: InputParts): Promise<Json> {
  const input = buildInput(parts, type);
  const places = type ? files.map((file) => uploadPlace(file, type)) : [];
  for (const { field, path } of places) checkPlace(input, { field, path });
  const fields = places.map(({ field }) => field);
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  if (twice !== undefined) throw new UsageError(`Cannot put two files into ${twice}: it takes one`);
  for (const { path } of places) sizeOf(path, call.folder);
  const references: Record<string, string> = {};
  for (const { field, path } of places) references[field] = await uploadFile(call, path);
  return places.length === 0 ? input : { ...(input as object), ...references };
}

function checkPlace(input: Json, { field, path }: UploadPlace): void {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new UsageError(`Cannot put ${path} into the input: it must be a JSON object`);
  }
  if (Object.hasOwn(input, field)) throw new UsageError(`Cannot put ${path} into ${field}: the input has it already`);
}

function follow(call: Call, job: Job, values: Values): Promise<number> {
  if (!call.isJson) call.screen.tell(call.screen.tellPaint.bold(job.id));
  return watchJob(call, job, { isCanceledByInterrupt: values['cancel-on-interrupt'] });
}

function tellSubmitted({ screen, isJson, program }: Call, job: Job): void {
  if (isJson) {
    screen.printJson(job, 2);
    return;
  }
  screen.print(job.id);
  const { dim } = screen.tellPaint;
  screen.tell(`  ${dim(`${job.type}, ${job.status}; watch it with`)}  ${program} watch ${job.id}`);
}
