import { checkReceiver } from '../webhooks/check-receiver.ts';
import { checkUploads } from './check-uploads.ts';
import type { Submission } from './draft-job.ts';

/**
 * Checks of a submission what its body alone does not tell: its uploads, and whether its webhook may be called. One
 * that has neither costs no call.
 *
 * @param pointer where the submit stands in the body
 */
export async function checkSubmission({ submit, principal }: Submission, pointer: string): Promise<void> {
  await checkUploads(submit.input, { tenant: principal.tenant, pointer: `${pointer}/input` });
  if (submit.webhook) await checkReceiver(submit.webhook.url, `${pointer}/webhook/url`);
}
