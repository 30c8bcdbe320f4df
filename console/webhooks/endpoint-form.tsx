import { useState } from 'preact/hooks';
import { isApiError } from '../../client/errors.ts';
import type { Fault } from '../../protocol/errors.ts';
import { type Endpoint, webhookFilters } from '../../protocol/webhooks.ts';
import { useSession } from '../api/session.ts';
import { CheckGroup } from '../forms/check-group.tsx';
import { describedBy, FieldFrame } from '../forms/field-frame.tsx';
import { type EndpointDraft, endpointDraft, readEndpointDraft } from '../model/endpoint-draft.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { useAction } from '../ui/use-action.ts';
import { useLoad } from '../ui/use-load.ts';

interface EndpointFormProps {
  /** What is changed. @default a new one is made */
  endpoint?: Endpoint;
  submitLabel: string;
  /** Sends the body; rejects where the service refuses it. */
  send(body: Record<string, unknown>): Promise<void>;
}

/** The form of a webhook endpoint. */
export function EndpointForm({ endpoint, submitLabel, send }: EndpointFormProps) {
  const [draft, setDraft] = useState(() => endpointDraft(endpoint));
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const change = (part: Partial<EndpointDraft>) => setDraft({ ...draft, ...part });
  const save = useAction(async () => {
    const { body, faults: found } = readEndpointDraft(draft, { isNew: endpoint === undefined });
    setFaults(found);
    if (found.length > 0) return;
    await send(body).catch((error: Error) => {
      if (isApiError(error)) setFaults(error.errors);
      throw error;
    });
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.run();
      }}
    >
      <EndpointFields draft={draft} faults={faults} onChange={change} />
      <ErrorNotice error={save.error} isShownElsewhere={(pointer) => /^\/(url|description|headers)/.test(pointer)} />
      <div class="actions">
        <Button kind="primary" isBusy={save.isBusy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

interface EndpointFieldsProps {
  draft: EndpointDraft;
  faults: readonly Fault[];
  onChange(part: Partial<EndpointDraft>): void;
}

function EndpointFields({ draft, faults, onChange }: EndpointFieldsProps) {
  const { client, config } = useSession();
  const { value: types = [] } = useLoad('types', (signal) => client.types({ signal }));
  const below = (pointer: string) =>
    faults.flatMap((fault) => ('pointer' in fault && fault.pointer.startsWith(pointer) ? [fault.detail] : []));
  const texts = [
    {
      name: 'url',
      label: 'URL',
      hint: config.local ? 'https, or plain http to this machine' : 'https, at a public address',
      required: true,
    },
    { name: 'description', label: 'Description', hint: undefined, required: false },
  ] as const;
  const headers = describedBy('endpoint-headers', { hint: 'Name: value', faults: below('/headers') });
  return (
    <>
      {texts.map(({ name, label, hint, required }) => {
        const own = below(`/${name}`);
        const attributes = describedBy(`endpoint-${name}`, { hint, faults: own });
        return (
          <FieldFrame key={name} id={attributes.id} label={label} required={required} hint={hint} faults={own}>
            <input
              class="input"
              value={draft[name]}
              spellcheck={false}
              onInput={(event) => onChange({ [name]: event.currentTarget.value })}
              {...attributes}
            />
          </FieldFrame>
        );
      })}
      <CheckGroup
        legend="Events"
        hint="job.* stands for all of them"
        choices={webhookFilters}
        chosen={draft.events}
        faults={below('/events')}
        onChange={(events) => onChange({ events })}
      />
      <CheckGroup
        legend="Job types"
        hint="None chosen: all of them, new ones included"
        choices={types.map(({ name }) => name)}
        chosen={draft.types}
        faults={below('/types')}
        onChange={(chosen) => onChange({ types: chosen })}
      />
      <FieldFrame id={headers.id} label="Headers" required={false} hint="Name: value" faults={below('/headers')}>
        <textarea
          class="input mono"
          rows={2}
          spellcheck={false}
          value={draft.headers}
          onInput={(event) => onChange({ headers: event.currentTarget.value })}
          {...headers}
        />
      </FieldFrame>
    </>
  );
}
