/** What `asked` gives, or the signal's reason; what comes after that is given to `drop`. */
export function unlessAborted<Value>(
  asked: Promise<Value>,
  signal: AbortSignal | undefined,
  drop: (late: Value) => void = () => undefined,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal?.reason);
      asked.then(drop, () => undefined);
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    asked.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
  });
}
