import { useMemo, useRef, useState } from 'preact/hooks';
import { isApiError } from '../../client/errors.ts';
import type { Fault } from '../../protocol/errors.ts';
import type { JobType, Json } from '../../protocol/types.ts';
import { useSession } from '../api/session.ts';
import { draftOf, emptyDraft, readDraft } from '../model/draft.ts';
import { paths } from '../model/routes.ts';
import { formOf } from '../model/schema-form.ts';
import { emptyOptions, readOptions } from '../model/submit-options.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { navigate } from '../ui/router.tsx';
import { useAction } from '../ui/use-action.ts';
import { FieldInput } from './field-input.tsx';
import { SubmitOptionsForm } from './submit-options-form.tsx';

interface SubmitFormProps {
  type: JobType;
  /** What the form begins with. */
  input: Json | undefined;
}

/** The form of a job type, made from its schema. What the server refuses is shown at the fields that it points at. */
export function SubmitForm({ type, input }: SubmitFormProps) {
  const { client } = useSession();
  const field = useMemo(() => formOf(type.input), [type]);
  const [draft, setDraft] = useState(() => (input === undefined ? emptyDraft(field) : draftOf(field, input)));
  const [options, setOptions] = useState(emptyOptions);
  const [faults, setFaults] = useState<Fault[]>([]);
  const form = useRef<HTMLFormElement>(null);

  const submit = useAction(async () => {
    const reading = readDraft(field, draft, '/input');
    const extra = readOptions(options);
    const found = [...reading.faults, ...extra.faults];
    showFaults(found);
    if (found.length > 0) return;
    try {
      const job = await client.submit(type.name, reading.value ?? null, extra.options);
      navigate(paths.job(job.id));
    } catch (error) {
      if (isApiError(error)) showFaults([...error.errors]);
      throw error;
    }
  });

  /** Shows what is wrong, and leads to the first of it. */
  function showFaults(found: Fault[]): void {
    setFaults(found);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  }

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit.run();
      }}
    >
      <FieldInput
        field={field}
        label="input"
        draft={draft}
        pointer="/input"
        faults={faults}
        onChange={(next) => setDraft(next)}
      />
      <SubmitOptionsForm draft={options} isOrdered={type.ordered} faults={faults} onChange={setOptions} />
      {!submit.error && faults.length > 0 && <Notice kind="bad">Correct what is marked, then submit again.</Notice>}
      <ErrorNotice error={submit.error} isShownElsewhere={(pointer) => pointer.startsWith('/input/')} />
      <div class="actions">
        <Button kind="primary" isBusy={submit.isBusy}>
          {submit.isBusy ? 'Submitting…' : 'Submit job'}
        </Button>
      </div>
    </form>
  );
}
