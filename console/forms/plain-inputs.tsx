import { faultsAt } from '../model/faults.ts';
import { describedBy, FieldFrame } from './field-frame.tsx';
import { type InputProps, idOf } from './field-input.tsx';

const textOf = (draft: unknown) => (typeof draft === 'string' ? draft : '');

/** One line of text; several where the schema allows much. */
export function TextInput({ field, label, draft, pointer, faults, onChange }: InputProps<'text'>) {
  const own = faultsAt(faults, pointer);
  const hint = field.description ?? lengthHint(field);
  const attributes = describedBy(idOf(pointer), { hint, faults: own });
  const isLong = (field.maxLength ?? 0) > 5000;
  return (
    <FieldFrame id={attributes.id} label={label} required={field.required} hint={hint} faults={own}>
      {isLong ? (
        <textarea
          class="input"
          rows={5}
          value={textOf(draft)}
          onInput={(event) => onChange(event.currentTarget.value)}
          {...attributes}
        />
      ) : (
        <input
          class="input"
          value={textOf(draft)}
          onInput={(event) => onChange(event.currentTarget.value)}
          {...attributes}
        />
      )}
    </FieldFrame>
  );
}

function lengthHint({ minLength, maxLength }: InputProps<'text'>['field']): string | undefined {
  if (maxLength === undefined) return minLength ? `At least ${minLength} characters` : undefined;
  return minLength ? `${minLength} to ${maxLength} characters` : `At most ${maxLength} characters`;
}

/** A number. It is a text input, for a number input swallows what it does not understand. */
export function NumberInput({ field, label, draft, pointer, faults, onChange }: InputProps<'number'>) {
  const own = faultsAt(faults, pointer);
  const hint = [field.description, boundsHint(field)].filter(Boolean).join(' · ') || undefined;
  const attributes = describedBy(idOf(pointer), { hint, faults: own });
  return (
    <FieldFrame id={attributes.id} label={label} required={field.required} hint={hint} faults={own}>
      <input
        class="input input-short"
        inputMode={field.isInteger ? 'numeric' : 'decimal'}
        value={textOf(draft)}
        onInput={(event) => onChange(event.currentTarget.value)}
        {...attributes}
      />
    </FieldFrame>
  );
}

function boundsHint({ minimum, maximum }: InputProps<'number'>['field']): string | undefined {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum.toLocaleString('en-US')}`;
  if (minimum !== undefined) return `${minimum} or more`;
  return maximum === undefined ? undefined : `${maximum} or less`;
}

/** Yes or no; where it is optional, neither. */
export function BooleanInput(props: InputProps<'boolean'>) {
  const options = [
    ['true', 'Yes'],
    ['false', 'No'],
  ] as const;
  return <OptionsInput {...props} options={options} />;
}

/** One of a list of values. */
export function ChoiceInput(props: InputProps<'choice'>) {
  const options = props.field.choices.map((choice) => {
    const text = JSON.stringify(choice);
    return [text, typeof choice === 'string' ? choice : text] as const;
  });
  return <OptionsInput {...props} options={options} />;
}

interface OptionsInputProps extends InputProps<'choice' | 'boolean'> {
  options: readonly (readonly [string, string])[];
}

function OptionsInput({ field, label, draft, pointer, faults, onChange, options }: OptionsInputProps) {
  const own = faultsAt(faults, pointer);
  const attributes = describedBy(idOf(pointer), { hint: field.description, faults: own });
  return (
    <FieldFrame id={attributes.id} label={label} required={field.required} hint={field.description} faults={own}>
      <select
        class="input input-short"
        value={textOf(draft)}
        onChange={(event) => onChange(event.currentTarget.value)}
        {...attributes}
      >
        <option value="">{field.required ? 'Choose…' : 'Not set'}</option>
        {options.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

/** Any JSON, for what no other input can show. */
export function JsonInput({ field, label, draft, pointer, faults, onChange }: InputProps<'json'>) {
  const own = faultsAt(faults, pointer);
  const hint = [field.description, 'JSON: a "text", a number, {"an": "object"}, …'].filter(Boolean).join(' · ');
  const attributes = describedBy(idOf(pointer), { hint, faults: own });
  return (
    <FieldFrame id={attributes.id} label={label} required={field.required} hint={hint} faults={own}>
      <textarea
        class="input mono"
        rows={4}
        spellcheck={false}
        value={textOf(draft)}
        onInput={(event) => onChange(event.currentTarget.value)}
        {...attributes}
      />
    </FieldFrame>
  );
}
