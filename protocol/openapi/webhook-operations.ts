import type { Operation } from '../routes.ts';
import type { OperationText } from './operations.ts';

type WebhookOperation = Extract<
  Operation,
  `${string}Webhook${string}` | `${string}eliver${string}` | `${string}SigningSecret`
>;

const webhook = { description: 'The webhook', schema: 'Webhook' };

/** What the document says of webhooks and their deliveries. */
export const webhookOperations: Record<WebhookOperation, OperationText> = {
  createWebhook: {
    tag: 'webhooks',
    summary: 'Add a webhook endpoint',
    description: 'The secret is shown in this answer, and at a rotation, and nowhere else.',
    body: 'NewWebhook',
    answers: {
      201: { description: 'The webhook, with its secret', schema: 'WebhookWithSecret', headers: ['WebhookLocation'] },
    },
    problems: ['too-many-webhooks'],
  },
  listWebhooks: {
    tag: 'webhooks',
    summary: 'List webhook endpoints, the oldest first',
    answers: { 200: { description: 'A page', schema: 'WebhookPage', headers: ['Link'] } },
  },
  getWebhook: { tag: 'webhooks', summary: 'Read a webhook endpoint', answers: { 200: webhook } },
  changeWebhook: {
    tag: 'webhooks',
    summary: 'Change, enable or disable a webhook endpoint',
    description: 'Enabled anew, or with another URL, it begins without a past.',
    body: 'WebhookChange',
    answers: { 200: webhook },
  },
  deleteWebhook: {
    tag: 'webhooks',
    summary: 'Delete a webhook endpoint',
    description: 'What is on its way to it is not sent any more.',
    answers: { 204: { description: 'It is gone' } },
  },
  rotateWebhookSecret: {
    tag: 'webhooks',
    summary: 'Give a webhook endpoint a new secret',
    description: 'Until the overlap ends, webhooks carry a signature of each secret.',
    body: 'Rotation',
    bodyRequired: false,
    answers: { 200: { description: 'The new secret, shown here and nowhere else', schema: 'Rotated' } },
  },
  testWebhook: {
    tag: 'webhooks',
    summary: 'Send a test event',
    description: 'A `webhook.test`, on the way that every event goes.',
    answers: { 202: { description: 'The delivery', schema: 'Delivery' } },
    problems: ['webhook-disabled'],
  },
  recoverWebhook: {
    tag: 'webhooks',
    summary: 'Send again what has failed since a moment',
    body: 'Recovery',
    answers: { 202: { description: 'How many are sent again', schema: 'Recovered' } },
    problems: ['webhook-disabled'],
  },
  listDeliveries: {
    tag: 'webhooks',
    summary: 'List the deliveries to an endpoint, the newest first',
    description: 'Kept for 30 days. A filtered page may be short and still have a `next`.',
    answers: { 200: { description: 'A page', schema: 'DeliveryPage', headers: ['Link'] } },
  },
  listJobDeliveries: {
    tag: 'webhooks',
    summary: "List the deliveries of a job's events",
    answers: { 200: { description: 'A page', schema: 'DeliveryPage', headers: ['Link'] } },
  },
  redeliver: {
    tag: 'webhooks',
    summary: 'Send a delivery again',
    description: 'Under the same `webhook-id`, with its attempts counted anew.',
    answers: { 202: { description: 'The delivery', schema: 'Delivery' } },
    problems: ['webhook-disabled'],
  },
  getSigningSecret: {
    tag: 'webhooks',
    summary: 'Show the secret that signs webhooks given with jobs',
    answers: { 200: { description: 'The secret', schema: 'SigningSecret' } },
  },
  rotateSigningSecret: {
    tag: 'webhooks',
    summary: 'Replace the secret that signs webhooks given with jobs',
    body: 'Rotation',
    bodyRequired: false,
    answers: { 200: { description: 'The new secret', schema: 'Rotated' } },
  },
};
