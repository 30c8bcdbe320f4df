import type { OptionSpecs, OptionValues } from '../../command.ts';
import { readList, readPairs } from '../../read-pairs.ts';

/** What can be said of a webhook when it is made and when it is changed. */
export const webhookOptions = {
  events: {
    kind: 'text',
    value: 'a,b',
    many: true,
    help: 'what it is told: events such as job.failed, or "job.*" for all',
  },
  types: { kind: 'text', value: 'a,b', many: true, help: 'only of jobs of these types; "all" for all' },
  description: { kind: 'text', value: 'text', help: 'for people' },
  header: { kind: 'text', value: 'name=value', many: true, help: 'sent with every webhook' },
} as const satisfies OptionSpecs;

/** The members of the body that say so. `null` takes away what was there. */
export function webhookMembers({ events, types, description, header }: OptionValues<typeof webhookOptions>): object {
  const names = types && readList(types);
  return {
    ...(events && { events: readList(events) }),
    ...(names && { types: names.includes('all') ? null : names }),
    ...(description !== undefined && { description: description === '' ? null : description }),
    ...(header && { headers: readPairs('--header', header) }),
  };
}
