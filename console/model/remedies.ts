import type { JobFailure } from '../../protocol/types.ts';

/** What to do about the error of a job, by its code. A handler's own codes are its author's to explain. */
const remedies: Record<string, string> = {
  'runs-exhausted': 'Every run failed. Mend what the cause names, then retry the job or redrive its dead letter.',
  'dead-lettered': 'Its message could not be processed. Look into the worker’s log, then redrive it.',
  'invalid-input': 'A deployment has changed what this type takes. Submit a new job with the input that it asks for.',
  'invalid-output': 'The handler returned what its own output schema refuses. Correct the one or the other, and retry.',
  'output-too-large':
    'The output is over 32 MiB. Have the handler return less, or write it elsewhere and return where.',
  'invalid-part': 'The handler emitted what is no JSON. Correct it, and retry.',
  'part-too-large': 'One emitted part is over 256 KiB. Emit smaller parts, and retry.',
  'deadline-exceeded': 'It was not done by its deadline. Retry it, or submit it with a longer deadlineSeconds.',
  'run-timeout': 'A run took longer than the type allows. Raise timeoutSeconds in its file, or give it less to do.',
  'run-lost': 'The run’s process died: out of memory, or ended by the handler. Look into the worker’s log.',
  'handler-error': 'The handler threw. The worker’s log has the stack.',
  'input-unavailable': 'The input could not be read. Retry the job.',
};

/** The next step for whoever has a job that ended with `error`. */
export function remedyOf({ code }: JobFailure): string {
  return remedies[code] ?? 'The job’s own handler ended it with this code. Correct the input, and submit a new job.';
}
