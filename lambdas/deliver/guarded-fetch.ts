/** A request through the guard. */
export interface GuardedRequest {
  /** @default 'GET' */
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** The whole exchange, from name resolution to the last byte, in milliseconds. @default 15000 */
  timeoutMs?: number;
  /** Bytes of the answer's body to read; the rest is left. @default 65536 */
  maxBytes?: number;
  signal?: AbortSignal;
}

/** The answer to a guarded request. Redirects are answers like any other. */
export interface GuardedResponse {
  status: number;
  /** Names in lower case; a repeated header's values are joined by a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** True where the body was longer than `maxBytes`. */
  truncated: boolean;
  durationMs: number;
}
