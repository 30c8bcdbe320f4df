import type { Requests } from './requests.ts';
import type { CallOptions, ServiceDescription } from './types.ts';

/** Asks for the service's description once, and again only where that failed. */
export function findService({ send }: Requests): (options?: CallOptions) => Promise<ServiceDescription> {
  let known: ServiceDescription | undefined;
  return async (options) => {
    known ??= (await send<ServiceDescription>('GET', '', options)).body;
    return known;
  };
}
