import type { Command } from './command.ts';
import { cancel } from './commands/cancel.ts';
import { clearDeadLetters } from './commands/dead-letters/clear-dead-letters.ts';
import { listDeadLetters } from './commands/dead-letters/list-dead-letters.ts';
import { redriveDeadLetters } from './commands/dead-letters/redrive-dead-letters.ts';
import { deliveries } from './commands/deliveries.ts';
import { get } from './commands/get.ts';
import { list } from './commands/list.ts';
import { listen } from './commands/listen.ts';
import { retry } from './commands/retry.ts';
import { submit } from './commands/submit.ts';
import { types } from './commands/types.ts';
import { upload } from './commands/upload.ts';
import { watch } from './commands/watch.ts';
import { createWebhook } from './commands/webhooks/create-webhook.ts';
import { deleteWebhook } from './commands/webhooks/delete-webhook.ts';
import { getWebhook } from './commands/webhooks/get-webhook.ts';
import { listDeliveries } from './commands/webhooks/list-deliveries.ts';
import { listWebhooks } from './commands/webhooks/list-webhooks.ts';
import { recover } from './commands/webhooks/recover.ts';
import { redeliver } from './commands/webhooks/redeliver.ts';
import { rotateSecret } from './commands/webhooks/rotate-secret.ts';
import { sendTest } from './commands/webhooks/send-test.ts';
import { updateWebhook } from './commands/webhooks/update-webhook.ts';

/** Every command, in the order in which the help lists them. */
export const commands: readonly Command[] = [
  submit,
  watch,
  list,
  get,
  cancel,
  retry,
  types,
  upload,
  deliveries,
  listWebhooks,
  createWebhook,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateSecret,
  sendTest,
  listDeliveries,
  redeliver,
  recover,
  listen,
  listDeadLetters,
  redriveDeadLetters,
  clearDeadLetters,
];
