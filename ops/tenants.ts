import { listApiKeys } from '../lambdas/aws/api-keys.ts';

/** Every tenant, or the one that is named. Whoever has ever sent a job had a key, and keys stay listed when they end. */
export async function listTenants(named?: string): Promise<string[]> {
  if (named !== undefined) return [named];
  return [...new Set((await listApiKeys()).map(({ tenant }) => tenant))].toSorted();
}
