/** A service of AWS is busy or does not answer: the same call may well go better later. */
export class UnavailableError extends Error {
  /** As the SDK's own faults of this kind are named, so that the edge answers 503 to both. */
  override readonly name = 'ServiceUnavailable';
}

/** The fault of a call that was answered with `status`. */
export function faultOf(status: number, message: string): Error {
  return status >= 500 || status === 429 ? new UnavailableError(message) : new Error(message);
}
