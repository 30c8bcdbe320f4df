/** Every bound that a client can meet, by name. PROTOCOL.md shows this table; a test keeps the two alike. */
export const limits = {
  /** Bytes of a submit's body, as it arrives. */
  maxBodyBytes: 256 * 1024,
  /** Bytes of a batch's body, of one page of a list, and of one answer in GraphQL. */
  maxBatchBytes: 4 * 1024 * 1024,
  maxBatchEntries: 100,
  /** Levels of arrays and objects in a JSON body. */
  maxJsonDepth: 64,
  /** Faults that one problem document lists; the rest are counted in its detail. */
  maxListedErrors: 50,
  /** The same for one entry of a batch: a hundred answers have to fit into one. */
  maxListedErrorsOfEntry: 10,
  maxIdempotencyKeyLength: 255,
  maxIdLength: 255,
  maxOrderKeyLength: 255,
  maxMetadataEntries: 16,
  maxMetadataKeyLength: 64,
  maxMetadataValueLength: 512,
  maxDelaySeconds: 900,
  minDeadlineSeconds: 1,
  maxDeadlineSeconds: 604_800,
  /** `Prefer: wait=N`, in seconds: larger values are lowered to the maximum. */
  maxWaitSeconds: 25,
  minRetryAfterSeconds: 1,
  maxRetryAfterSeconds: 60,
  defaultPageSize: 20,
  maxPageSize: 100,
  /** Characters of a page's `next`. */
  maxPageTokenLength: 2048,
  /** Entries of one page of a job's log. */
  defaultEventPageSize: 100,
  maxEventPageSize: 1000,
  minTokenSeconds: 60,
  defaultTokenSeconds: 900,
  maxTokenSeconds: 3600,
  /** `upload://` references in one input. */
  maxUploadReferences: 10,
  /** Bytes of one upload: 1 GiB. */
  maxUploadBytes: 1024 * 1024 * 1024,
  uploadUrlSeconds: 900,
  outputUrlSeconds: 300,
  /** Bytes of an output or input that is kept in the table; larger ones go to the payload bucket. */
  maxItemPayloadBytes: 64 * 1024,
  /** Bytes of an output as JSON text. */
  maxOutputBytes: 32 * 1024 * 1024,
  /** Bytes of one `job.output` part as JSON text. */
  maxPartBytes: 256 * 1024,
  /** Bytes of an event beyond which it travels truncated, with a URL. */
  maxEventBytes: 24 * 1024,
  maxProgressMessageLength: 500,
  maxErrorMessageLength: 1000,
  defaultRetentionDays: 7,
  defaultMaxRuns: 3,
  maxRuns: 25,
  /** WebSocket, either way, in bytes. */
  maxMessageBytes: 32 * 1024,
  maxSubscriptionsPerConnection: 100,
  maxWatchersPerJob: 100,
  maxSubscriptionIdLength: 128,
  maxMessagesPerConnectionSecond: 50,
  idleConnectionSeconds: 300,
  /** A connection is told to reconnect this long after it opened (the platform ends it at 2 h). */
  reconnectAfterSeconds: 6600,
  sseRetryMs: 250,
  sseHeartbeatSeconds: 15,
  defaultStreamSeconds: 60,
  /** Seconds of one window in which a tenant's jobs are counted. */
  rateWindowSeconds: 60,
  defaultJobsPerWindow: 3000,
  maxWebhooksPerTenant: 50,
  maxWebhookUrlLength: 2048,
  maxWebhookDescriptionLength: 500,
  /** Names in `events` and in `types` of one endpoint. */
  maxWebhookFilters: 50,
  maxWebhookHeaders: 20,
  maxWebhookHeaderLength: 1024,
  /** One attempt, from name resolution to the last byte, in seconds. */
  webhookTimeoutSeconds: 15,
  /** Bytes of a receiver's answer that are recorded. */
  maxWebhookAnswerBytes: 1024,
  /** Attempts of one delivery, the first one included. */
  maxWebhookAttempts: 10,
  /** `Retry-After` of a receiver, in seconds: larger values are lowered to the maximum. */
  maxWebhookRetryAfterSeconds: 3600,
  /** Requests to one endpoint at the same time. */
  maxWebhookConcurrency: 20,
  webhookFailureDays: 5,
  deliveryRetentionDays: 30,
  defaultSecretOverlapSeconds: 86_400,
  maxSecretOverlapSeconds: 604_800,
  /** Until one GraphQL operation is cut off, in seconds. */
  maxGraphqlSeconds: 22,
  /** Levels of fields in one GraphQL document. */
  maxGraphqlDepth: 12,
  maxGraphqlAliases: 30,
  /** A field costs 1, one with arguments 10; what is selected of a page counts once for each of its entries. */
  maxGraphqlCost: 5000,
  /** Names, numbers, texts and punctuation of one document. */
  maxGraphqlTokens: 2000,
  /** What is kept of a subscription's selection: one letter and the alias of each field. */
  maxGraphqlSelectionBytes: 256,
  /** Documents that one environment of the function knows by their hash. */
  maxGraphqlDocuments: 200,
  /** Bytes of such a document: a larger one is executed, and has to be sent each time. */
  maxGraphqlKnownDocumentBytes: 16 * 1024,
} as const;
