/** What the schema is whatever job types there are, in the schema definition language. */
export const platformText = `
"Any JSON value."
scalar JSON

type Query {
  job(id: ID!): Job
  "The tenant's jobs, newest first, without their inputs and large outputs."
  jobs(type: String, status: String, limit: Int, page: String): JobPage!
  jobTypes: [JobType!]!
  webhook(id: ID!): Webhook
  webhooks(limit: Int, page: String): WebhookPage!
  "The deliveries to one webhook, or of one job: one of the two must be given."
  deliveries(webhook: ID, job: ID, status: String, limit: Int, page: String): DeliveryPage!
}

type Mutation {
  "Submits a job of any type. The fields after \`submitJob\` do the same with typed inputs."
  submitJob(
    type: String!, input: JSON!, idempotencyKey: String, delaySeconds: Int, deadlineSeconds: Int,
    orderKey: String, metadata: JSON, webhook: JobWebhookInput
  ): Job!
  cancelJob(id: ID!): Job!
  "Makes a new job with the input of one that did not succeed."
  retryJob(id: ID!, idempotencyKey: String): Job!
  createWebhook(webhook: NewWebhookInput!): WebhookSecret!
  changeWebhook(id: ID!, changes: WebhookChangesInput!): Webhook!
  "True once it is gone."
  deleteWebhook(id: ID!): Boolean!
  rotateWebhookSecret(id: ID!, overlapSeconds: Int): RotatedSecret!
  "Sends a \`webhook.test\` event on the way that every event goes."
  testWebhook(id: ID!): Delivery!
  "Sends again what has failed since a moment (RFC 3339), whenever it began. \`page\`: the \`next\` of a former answer."
  recoverWebhook(id: ID!, since: String!, page: String): Recovery!
  redeliver(delivery: ID!): Delivery!
}

type Subscription {
  "A job's log after a cursor, then what happens, each event once; complete after the last one."
  jobEvents(id: ID!, after: Int): JobEvent!
}

"A job. The type of its own that each job type has adds its input and output as fields."
interface Job {
  id: ID!
  type: String!
  "queued, running, succeeded, failed, canceled or timed-out; test \`done\` to know whether it is over."
  status: String!
  done: Boolean!
  seq: Int!
  input: JSON
  output: JSON
  "A short-lived address of an output that is too large to be shown."
  outputUrl: String
  error: JobError
  progress: Progress
  run: Int!
  maxRuns: Int!
  metadata: JSON
  createdAt: String!
  startedAt: String
  finishedAt: String
  expiresAt: String
  links: JobLinks!
}

type JobError { code: String! message: String! cause: JobErrorCause }
type JobErrorCause { code: String! message: String! }
type Progress { percent: Float message: String }
type JobLinks { self: String! events: String! cancel: String! retry: String! deliveries: String! retryOf: String }
type JobPage { items: [Job!]! next: String }

type JobType {
  name: String!
  description: String!
  ordered: Boolean!
  limits: TypeLimits!
  "JSON Schema, draft 2020-12."
  input: JSON!
  output: JSON!
}

type TypeLimits {
  timeoutSeconds: Int!
  memoryMb: Int!
  maxRuns: Int!
  concurrency: Int!
  batch: Int!
  backoffSeconds: Float!
  maxBackoffSeconds: Float!
  retentionDays: Int!
}

"One entry of a job's log, or one of the stream itself: \`reset\` (seq 0, with the job), \`reconnect\` (seq of the last event)."
type JobEvent {
  id: ID
  seq: Int!
  prevSeq: Int!
  type: String!
  time: String!
  job: ID!
  run: Int
  status: String
  data: JSON
  "True where the event is too large to be told here: \`url\` has it whole."
  truncated: Boolean!
  url: String
}

input JobWebhookInput { url: String! events: [String!] }

type Webhook {
  id: ID!
  url: String!
  events: [String!]!
  types: [String!]
  enabled: Boolean!
  description: String
  headers: JSON
  createdAt: String!
  disabled: WebhookDisabled
}

type WebhookDisabled { at: String! reason: String! }
type WebhookPage { items: [Webhook!]! next: String }
"A new webhook with its secret, which is shown here and nowhere else."
type WebhookSecret { webhook: Webhook! secret: String! }
type RotatedSecret { secret: String! overlapUntil: String! }
"How many deliveries are sent again; \`more\`: ask for the rest with \`next\` as \`page\`."
type Recovery { count: Int! more: Boolean! next: String }

input NewWebhookInput {
  url: String!
  events: [String!]
  types: [String!]
  enabled: Boolean
  description: String
  headers: JSON
}

"What is left out stays; null takes an optional field away."
input WebhookChangesInput {
  url: String
  events: [String!]
  types: [String!]
  enabled: Boolean
  description: String
  headers: JSON
}

type Delivery {
  "The \`webhook-id\` of each of its attempts."
  id: ID!
  endpoint: ID!
  job: ID
  event: ID!
  type: String!
  seq: Int!
  status: String!
  createdAt: String!
  attempts: [DeliveryAttempt!]!
  nextAttemptAt: String
}

type DeliveryAttempt { at: String! durationMs: Int! status: Int body: String error: String probe: Boolean }
type DeliveryPage { items: [Delivery!]! next: String }
`;

/** The fields of `interface Job`, for the types that implement it. */
export const jobFields: string = /interface Job \{([^}]*)\}/.exec(platformText)?.[1] ?? '';
