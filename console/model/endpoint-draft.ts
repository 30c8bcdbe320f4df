import type { Fault } from '../../protocol/errors.ts';
import { defaultWebhookEvents, type Endpoint } from '../../protocol/webhooks.ts';

/** An endpoint as its form has it. */
export interface EndpointDraft {
  url: string;
  description: string;
  events: readonly string[];
  /** None: all types. */
  types: readonly string[];
  /** `Name: value`, line by line. */
  headers: string;
}

/** What a form begins with: what `endpoint` is, or what a new one would be. */
export function endpointDraft(endpoint?: Endpoint): EndpointDraft {
  return {
    url: endpoint?.url ?? '',
    description: endpoint?.description ?? '',
    events: endpoint?.events ?? defaultWebhookEvents,
    types: endpoint?.types ?? [],
    headers: Object.entries(endpoint?.headers ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  };
}

/** The body of a request that makes an endpoint of `draft`, or changes one into it: then what is empty is taken away. */
export function readEndpointDraft(
  draft: EndpointDraft,
  { isNew }: { isNew: boolean },
): { body: Record<string, unknown>; faults: Fault[] } {
  const { headers, faults } = readHeaders(draft.headers);
  const optional = {
    types: draft.types.length > 0 ? draft.types : null,
    description: draft.description.trim() || null,
    headers,
  };
  const kept = Object.entries(optional).filter(([, value]) => !isNew || value !== null);
  return { body: { url: draft.url.trim(), events: draft.events, ...Object.fromEntries(kept) }, faults };
}

function readHeaders(text: string): { headers: Record<string, string> | null; faults: Fault[] } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const wrong = lines.filter((line) => line.indexOf(':') < 1);
  const entries = lines.map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
  });
  return {
    headers: lines.length === 0 ? null : Object.fromEntries(entries),
    faults: wrong.map((line) => ({ pointer: '/headers', detail: `Must be Name: value: ${line.trim()}` })),
  };
}
