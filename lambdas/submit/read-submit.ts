import type { ValidateFunction } from 'ajv';
import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { JobType, Json, SubmitRequest } from '../../protocol/types.ts';
import { idempotencyKeyPattern } from '../core/idempotency-key.ts';
import { inputFaults } from '../core/input-faults.ts';
import { isObject, kindOf, pointerToken, readFields, refuseFaults, textFault } from '../core/read-fields.ts';
import { readWebhook } from '../core/read-webhook.ts';

interface KnownTypes {
  types: Record<string, JobType>;
  /** One check per type for its input. */
  validators: Record<string, ValidateFunction>;
  /** Where the submit stands in the body. */
  pointer?: string;
  /** True in the local stage: a webhook may go to this machine. @default false */
  allowLoopback?: boolean;
  /** Faults that its refusal lists. @default limits.maxListedErrors */
  maxListedErrors?: number | undefined;
}

type Fields = ReturnType<typeof readFields>;

/**
 * Reads one submit: the body of `POST /v1/jobs`, an entry of a batch, or the `job` of a WebSocket message.
 * Throws `unknown-type`, or `invalid-input` that lists every fault.
 */
export function readSubmit(value: Json, known: KnownTypes): SubmitRequest {
  const { types, validators, pointer = '', allowLoopback = false, maxListedErrors } = known;
  const fields = readFields(value, pointer);
  const name = fields.text('type', { max: limits.maxIdLength });
  if (fields.field('type') === undefined)
    fields.fault('type', `Must be there: one of ${Object.keys(types).join(', ')}`);
  const type = name !== undefined && Object.hasOwn(types, name) ? types[name] : undefined;
  if (name !== undefined && !type) throw unknownType(name, { types, pointer });
  const input = fields.field('input');
  if (input === undefined) fields.fault('input', "Must be there: what the job works on, after the type's schema");
  else if (type) fields.faults.push(...checkInput(input, { type, validators, pointer: `${pointer}/input` }));
  const options = readOptions(fields, type, { pointer, allowLoopback });
  fields.refuseUnknown();
  refuseFaults(fields.faults, 'the job', maxListedErrors);
  return { type: name ?? '', input: input ?? null, ...options };
}

function unknownType(name: string, { types, pointer }: { types: Record<string, JobType>; pointer: string }): ApiError {
  const known = Object.keys(types).join(', ');
  return new ApiError(
    'unknown-type',
    `Cannot accept the job type ${JSON.stringify(name)}: it must be one of ${known}`,
    {
      errors: [{ pointer: `${pointer}/type`, detail: `Must be one of ${known}` }],
    },
  );
}

interface InputCheck {
  type: JobType;
  validators: Record<string, ValidateFunction>;
  pointer: string;
}

function checkInput(input: Json, { type, validators, pointer }: InputCheck) {
  const validate = validators[type.name];
  if (!validate) throw new Error(`Cannot check the input of job type ${type.name}: its check must be bundled`);
  return validate(input) ? [] : inputFaults(validate.errors ?? [], { schema: type.input, input, pointer });
}

/** Everything of a submit beside type and input. Fields that are left out stay out. */
function readOptions(
  fields: Fields,
  type: JobType | undefined,
  place: { pointer: string; allowLoopback: boolean },
): Partial<SubmitRequest> {
  const { maxDelaySeconds, minDeadlineSeconds, maxDeadlineSeconds, maxOrderKeyLength, maxIdempotencyKeyLength } =
    limits;
  const delaySeconds = fields.integer('delaySeconds', { min: 0, max: maxDelaySeconds });
  const deadlineSeconds = fields.integer('deadlineSeconds', { min: minDeadlineSeconds, max: maxDeadlineSeconds });
  const orderKey = fields.text('orderKey', { max: maxOrderKeyLength });
  const idempotencyKey = fields.text('idempotencyKey', {
    max: maxIdempotencyKeyLength,
    pattern: idempotencyKeyPattern,
    form: 'without control characters',
  });
  const metadata = readMetadata(fields);
  if (type && orderKey !== undefined && !type.ordered) {
    fields.fault('orderKey', `Not allowed: the type ${type.name} is not ordered`);
  }
  if (delaySeconds && (type?.ordered || orderKey !== undefined)) {
    fields.fault('delaySeconds', 'Not allowed with an ordered type: its jobs run in the order of their submits');
  }
  const webhook = readWebhook(fields, place);
  const options = { delaySeconds, deadlineSeconds, orderKey, idempotencyKey, metadata, webhook };
  return Object.fromEntries(Object.entries(options).filter(([, option]) => option !== undefined));
}

function readMetadata({ field, fault, faultAt }: Fields): Record<string, string> | undefined {
  const { maxMetadataEntries, maxMetadataKeyLength, maxMetadataValueLength } = limits;
  const given = field('metadata');
  if (given === undefined) return undefined;
  if (!isObject(given)) {
    fault('metadata', `Must be an object of strings, is ${kindOf(given)}`);
    return undefined;
  }
  const entries = Object.entries(given);
  if (entries.length > maxMetadataEntries) {
    fault('metadata', `Must have at most ${maxMetadataEntries} entries, has ${entries.length}`);
    return undefined;
  }
  for (const [name, value] of entries) {
    const nameFault = name === '__proto__' ? 'Must be another name' : textFault(name, { max: maxMetadataKeyLength });
    const detail = textFault(value, { min: 0, max: maxMetadataValueLength });
    const below = `/metadata/${pointerToken(name.toWellFormed())}`;
    if (nameFault !== undefined) faultAt(below, `As a name: ${nameFault}`);
    if (detail !== undefined) faultAt(below, detail);
  }
  return given as Record<string, string>;
}
