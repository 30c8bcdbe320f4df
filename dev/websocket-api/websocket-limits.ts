/** What API Gateway bounds ("Amazon API Gateway quotas"), in one place so that tests need not wait for hours. */
export const webSocketLimits = {
  /** A larger frame closes the connection with 1009. */
  maxFrameBytes: 32 * 1024,
  /** Either way; a larger one from the client closes the connection with 1009. */
  maxMessageBytes: 128 * 1024,
  /** Without a message either way. */
  idleMs: 10 * 60_000,
  maxConnectionMs: 2 * 3600_000,
  connectsPerSecond: 500,
  integrationTimeoutMs: 29_000,
  /** What may wait for a client that reads too slowly; AWS does not tell its own figure. */
  maxBufferedBytes: 1024 * 1024,
  /** How long a client may take to answer a close. */
  closeTimeoutMs: 5000,
};

export type WebSocketLimits = typeof webSocketLimits;
