import { createClient } from '../create-client.ts';
import type { ChannelNews } from '../types.ts';
import type { Service } from './command.ts';
import { type Finding, findAddress } from './find-address.ts';
import { findLocalState } from './find-local-state.ts';
import { giveUpAfterMs } from './watch/touch.ts';

interface Wanted extends Omit<Finding, 'local'> {
  /** Where to look for the local server's state. */
  folder: string;
}

/** A service that is looked for when it is first asked for: help needs none. */
export function connectLazily(): { get(wanted: Wanted): Service; found(): Service | undefined } {
  let service: Service | undefined;
  return {
    get({ folder, ...wanted }) {
      if (!service) {
        const address = findAddress({ ...wanted, local: findLocalState(folder, wanted.env) });
        const listeners = new Set<(news: ChannelNews) => void>();
        const onChannel = (news: ChannelNews) => {
          for (const listener of listeners) listener(news);
        };
        const client = createClient({ url: address.url, credential: address.key, onChannel, giveUpAfterMs });
        service = { ...address, client, listeners };
      }
      return service;
    },
    found: () => service,
  };
}
