import { type Draft, emptyDraft } from '../model/draft.ts';
import { faultsAt } from '../model/faults.ts';
import { Button } from '../ui/buttons.tsx';
import { FaultList } from './field-frame.tsx';
import { FieldInput, type InputProps, idOf } from './field-input.tsx';

/** A list, row by row. Several lines that are pasted into a row become rows. */
export function ListInput({ field, label, draft, pointer, faults, onChange }: InputProps<'list'>) {
  const rows = Array.isArray(draft) ? draft : [];
  const isFull = field.maxItems !== undefined && rows.length >= field.maxItems;
  const add = () => onChange([...rows, emptyDraft(field.item)]);
  const replace = (index: number, ...next: Draft[]) => onChange(rows.toSpliced(index, 1, ...next));

  function paste(event: ClipboardEvent, index: number): void {
    const lines = (event.clipboardData?.getData('text/plain') ?? '').split(/\r?\n/).filter((line) => line !== '');
    if (field.item.kind !== 'text' || lines.length < 2) return;
    event.preventDefault();
    replace(index, ...[rows[index] ?? '', ...lines].filter((line) => line !== ''));
  }

  return (
    <fieldset class="group" id={idOf(pointer)}>
      <legend>
        {label} {!field.required && <span class="optional">optional</span>}
      </legend>
      {field.description && <p class="hint">{field.description}</p>}
      <FaultList id={idOf(pointer)} faults={faultsAt(faults, pointer)} />
      {rows.map((row, index) => (
        <div class="list-row" key={index} onPaste={(event) => paste(event, index)}>
          <FieldInput
            field={field.item}
            label={`${label} ${index + 1}`}
            draft={row}
            pointer={`${pointer}/${index}`}
            faults={faults}
            onChange={(next) => replace(index, next)}
          />
          <Button kind="quiet" onClick={() => replace(index)} label={`Remove ${label} ${index + 1}`}>
            Remove
          </Button>
        </div>
      ))}
      <Button onClick={add} isDisabled={isFull}>
        Add {rows.length === 0 ? 'one' : 'another'}
      </Button>
    </fieldset>
  );
}
