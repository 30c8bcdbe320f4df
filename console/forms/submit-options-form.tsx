import type { Fault } from '../../protocol/errors.ts';
import { faultsAt } from '../model/faults.ts';
import type { OptionsDraft } from '../model/submit-options.ts';
import { describedBy, FieldFrame } from './field-frame.tsx';
import { idOf } from './field-input.tsx';

interface SubmitOptionsFormProps {
  draft: OptionsDraft;
  isOrdered: boolean;
  faults: readonly Fault[];
  onChange(draft: OptionsDraft): void;
}

interface OptionField {
  name: keyof OptionsDraft;
  label: string;
  pointer: string;
  hint: string;
  isLong?: boolean;
}

const fields: OptionField[] = [
  { name: 'delaySeconds', label: 'Delay', pointer: '/delaySeconds', hint: 'Seconds before it may run, up to 900' },
  {
    name: 'deadlineSeconds',
    label: 'Deadline',
    pointer: '/deadlineSeconds',
    hint: 'Seconds for the whole job, queueing included',
  },
  {
    name: 'webhookUrl',
    label: 'Webhook',
    pointer: '/webhook/url',
    hint: 'An address that hears of this job alone, signed with your signing secret',
  },
  { name: 'metadata', label: 'Metadata', pointer: '/metadata', hint: 'name=value, one on each line', isLong: true },
];
const orderKey: OptionField = {
  name: 'orderKey',
  label: 'Order key',
  pointer: '/orderKey',
  hint: 'Jobs with the same key run one after another',
};

/** What a submit may say beside its input; seldom needed, so it is folded away. */
export function SubmitOptionsForm({ draft, isOrdered, faults, onChange }: SubmitOptionsFormProps) {
  const shown = isOrdered ? [orderKey, ...fields] : fields;
  return (
    <details class="more">
      <summary>Options</summary>
      <div class="more-body">
        {shown.map(({ name, label, pointer, hint, isLong }) => {
          const own = faultsAt(faults, pointer);
          const attributes = describedBy(idOf(pointer), { hint, faults: own });
          const change = (value: string) => onChange({ ...draft, [name]: value });
          return (
            <FieldFrame key={name} id={attributes.id} label={label} required={false} hint={hint} faults={own}>
              {isLong ? (
                <textarea
                  class="input mono"
                  rows={3}
                  value={draft[name]}
                  onInput={(event) => change(event.currentTarget.value)}
                  {...attributes}
                />
              ) : (
                <input
                  class="input"
                  value={draft[name]}
                  onInput={(event) => change(event.currentTarget.value)}
                  {...attributes}
                />
              )}
            </FieldFrame>
          );
        })}
      </div>
    </details>
  );
}
