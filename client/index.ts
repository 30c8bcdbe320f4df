export type { Fault, ProblemCode, ProblemDocument } from '../protocol/errors.ts';
export type { EventType, JobStatus } from '../protocol/lifecycle.ts';
export type {
  EventPage,
  Job,
  JobEvent,
  JobFailure,
  JobType,
  Json,
  Page,
  Progress,
  TypeLimits,
} from '../protocol/types.ts';
export type { Delivery, DeliveryAttempt, Endpoint, WebhookEvent } from '../protocol/webhooks.ts';
export { createClient } from './create-client.ts';
export {
  ApiError,
  isApiError,
  isJobFailedError,
  isNetworkError,
  isTimeoutError,
  isWebhookVerificationError,
  JobFailedError,
  NetworkError,
  TimeoutError,
  WebhookVerificationError,
} from './errors.ts';
export type { AnyJobTypes, InputOf, JobOf, JobTypeTable, OutputOf, TypeName } from './job-types.ts';
export type {
  CallOptions,
  ChannelName,
  ChannelNews,
  Client,
  ClientOptions,
  Credential,
  EventsOptions,
  ListQuery,
  RequestOptions,
  RetryOptions,
  RunOptions,
  ServiceDescription,
  SubmitOptions,
  UploadOptions,
  WaitOptions,
  WebSocketClass,
} from './types.ts';
export { channelNames } from './types.ts';
export type { UploadData } from './upload-data.ts';
export { type VerifyWebhookOptions, verifyWebhook, type WebhookHeaders } from './verify-webhook.ts';
export type { WholeEvent } from './whole-event.ts';
