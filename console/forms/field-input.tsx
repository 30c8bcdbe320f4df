import type { Fault } from '../../protocol/errors.ts';
import type { Draft } from '../model/draft.ts';
import { escapePointer } from '../model/draft.ts';
import { faultsAt } from '../model/faults.ts';
import type { Field, FieldOf } from '../model/schema-form.ts';
import { FaultList } from './field-frame.tsx';
import { ListInput } from './list-input.tsx';
import { BooleanInput, ChoiceInput, JsonInput, NumberInput, TextInput } from './plain-inputs.tsx';
import { UploadInput } from './upload-input.tsx';

/** What every kind of input is given. */
export interface InputProps<Kind extends Field['kind'] = Field['kind']> {
  field: FieldOf<Kind>;
  label: string;
  draft: Draft;
  /** Where the field is in the request's body (RFC 6901). */
  pointer: string;
  faults: readonly Fault[];
  onChange(draft: Draft): void;
}

/** The input, or inputs, of a field. */
export function FieldInput(props: InputProps) {
  const { field, ...rest } = props;
  switch (field.kind) {
    case 'group':
      return <GroupInput field={field} {...rest} />;
    case 'list':
      return <ListInput field={field} {...rest} />;
    case 'upload':
      return <UploadInput field={field} {...rest} />;
    case 'number':
      return <NumberInput field={field} {...rest} />;
    case 'boolean':
      return <BooleanInput field={field} {...rest} />;
    case 'choice':
      return <ChoiceInput field={field} {...rest} />;
    case 'text':
      return <TextInput field={field} {...rest} />;
    default:
      return <JsonInput field={field} {...rest} />;
  }
}

function GroupInput({ field, label, draft, pointer, faults, onChange }: InputProps<'group'>) {
  const members = typeof draft === 'object' && !Array.isArray(draft) ? draft : {};
  const inputs = field.fields.map((member) => (
    <FieldInput
      key={member.name}
      field={member}
      label={member.name}
      draft={members[member.name] ?? ''}
      pointer={`${pointer}/${escapePointer(member.name)}`}
      faults={faults}
      onChange={(next) => onChange({ ...members, [member.name]: next })}
    />
  ));
  const own = faultsAt(faults, pointer);
  // The form itself is a group: its frame is the form.
  if (pointer === '/input') {
    return (
      <>
        <FaultList id={idOf(pointer)} faults={own} />
        {inputs}
      </>
    );
  }
  return (
    <fieldset class="group">
      <legend>
        {label} {!field.required && <span class="optional">optional</span>}
      </legend>
      {field.description && <p class="hint">{field.description}</p>}
      <FaultList id={idOf(pointer)} faults={own} />
      {inputs}
    </fieldset>
  );
}

/** An element's id for the field at `pointer`. */
export function idOf(pointer: string): string {
  return `field${pointer.replaceAll(/[^\w-]/g, '-')}`;
}
