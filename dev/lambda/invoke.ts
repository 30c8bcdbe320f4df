/** What a failed invocation answers, in Lambda's own words. */
export interface InvokeError {
  errorType: string;
  errorMessage: string;
}

export type InvokeResult = { ok: true; payload: unknown } | { ok: false; error: InvokeError };

/**
 * Calls a function of the stack and waits for its answer, as Lambda's Invoke with `RequestResponse` does. Never rejects
 * for what the function does: a throw, a crash and a timeout are answers.
 * `functionName` is the logical id, the function's name or its ARN. Past `timeoutMs` the caller is answered without
 * the function being stopped, as when API Gateway loses patience.
 */
export type Invoke = (functionName: string, event: unknown, options?: { timeoutMs?: number }) => Promise<InvokeResult>;

/** What a streaming function says before its first byte. */
export interface StreamMetadata {
  statusCode: number;
  headers?: Record<string, string>;
  cookies?: string[];
}

/**
 * Calls a function that answers as a stream (`awslambda.streamifyResponse`). Resolves with its metadata at its first
 * write; rejects where the function failed before it. The body throws where the function failed later. A function is
 * not told that nobody reads any more: ending the iteration early only drops what it still writes.
 */
export type InvokeStreaming = (
  functionName: string,
  event: unknown,
) => Promise<{ metadata: StreamMetadata; body: AsyncIterable<Uint8Array> }>;
