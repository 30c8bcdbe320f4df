import { useRef, useState } from 'preact/hooks';
import { useSession } from '../api/session.ts';
import { faultsAt } from '../model/faults.ts';
import { formatBytes } from '../model/format.ts';
import { Button } from '../ui/buttons.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { useAction } from '../ui/use-action.ts';
import { describedBy, FieldFrame } from './field-frame.tsx';
import { type InputProps, idOf } from './field-input.tsx';

/** A text, or a file that is dropped or chosen: it is uploaded at once, and its reference is what is submitted. */
export function UploadInput({ field, label, draft, pointer, faults, onChange }: InputProps<'upload'>) {
  const { client } = useSession();
  const [file, setFile] = useState<File>();
  const [isOver, setOver] = useState(false);
  // An upload takes its time: what the form around it holds at its end is not what it held at its beginning.
  const change = useRef(onChange);
  change.current = onChange;
  const upload = useAction(async (chosen: File) => {
    setFile(chosen);
    onChange('');
    const reference = await client.upload(chosen).catch((error: unknown) => {
      setFile(undefined);
      throw error;
    });
    change.current(reference);
  });
  const own = faultsAt(faults, pointer);
  const attributes = describedBy(idOf(pointer), { hint: field.description, faults: own });
  const remove = () => {
    setFile(undefined);
    onChange('');
  };

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer?.files ?? [];
    if (dropped) upload.run(dropped);
  }

  return (
    <FieldFrame id={attributes.id} label={label} required={field.required} hint={field.description} faults={own}>
      <fieldset
        class={isOver ? 'drop drop-over' : 'drop'}
        aria-label={`${label}, drop a file here`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {file ? (
          <p class="drop-file" role="status">
            <strong>{file.name}</strong> {formatBytes(file.size)} {upload.isBusy ? '· uploading…' : '· uploaded'}
            <Button kind="quiet" onClick={remove} isDisabled={upload.isBusy}>
              Remove
            </Button>
          </p>
        ) : (
          <textarea
            class="input mono"
            rows={4}
            spellcheck={false}
            placeholder="Paste text, or drop a file here"
            value={typeof draft === 'string' ? draft : ''}
            onInput={(event) => onChange(event.currentTarget.value)}
            {...attributes}
          />
        )}
        <ChooseFile label={label} onChoose={upload.run} />
      </fieldset>
      <ErrorNotice error={upload.error} />
    </FieldFrame>
  );
}

function ChooseFile({ label, onChoose }: { label: string; onChoose(file: File): void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <p class="drop-foot">
      <Button kind="quiet" onClick={() => input.current?.click()}>
        Choose a file…
      </Button>
      <input
        ref={input}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-label={`File for ${label}`}
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          if (chosen) onChoose(chosen);
          event.currentTarget.value = '';
        }}
      />
    </p>
  );
}
