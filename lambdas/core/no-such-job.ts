import { ApiError } from '../../protocol/errors.ts';

/** The refusal of a job that is not there. It says the same of one that is another tenant's. */
export function noSuchJob(): ApiError {
  return new ApiError('not-found', 'Cannot find this job: there is none with this id, or its time is over');
}
