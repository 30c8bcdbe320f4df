/** What `promise` resolves to, or `timedOut` after `timeoutMs`. The work behind it goes on, as API Gateway leaves it. */
export async function withTimeout<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value | typeof timedOut> {
  const { promise: timeout, resolve } = Promise.withResolvers<typeof timedOut>();
  const timer = setTimeout(() => resolve(timedOut), timeoutMs);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

export const timedOut = Symbol('timed out');
