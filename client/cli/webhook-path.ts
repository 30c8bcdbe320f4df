/** The address of a webhook, below the REST address. */
export function webhookPath(id = ''): string {
  return `/webhooks/${encodeURIComponent(id)}`;
}

/** The word that names a webhook. */
export const webhookWord = { name: 'webhook', help: 'the id of a webhook; `webhooks list` shows it' } as const;
