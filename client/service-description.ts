import type { Requests, SendOptions } from './requests.ts';
import type { ServiceDescription } from './types.ts';

/** Gives the service's description. */
export type FindService = (options?: SendOptions) => Promise<ServiceDescription>;

/** Asks for the service's description once, and again only where that failed. */
export function findService({ send }: Requests): FindService {
  let known: ServiceDescription | undefined;
  return async (options) => {
    known ??= (await send<ServiceDescription>('GET', '', options)).body;
    return known;
  };
}
