import type { ComponentChildren } from 'preact';

interface FieldFrameProps {
  /** Of the input; the hint's and the faults' ids begin with it. */
  id: string;
  label: string;
  required: boolean;
  hint?: string | undefined;
  faults: readonly string[];
  children: ComponentChildren;
}

/** An input with its label, its hint and what is wrong with it. */
export function FieldFrame({ id, label, required, hint, faults, children }: FieldFrameProps) {
  return (
    <div class={faults.length > 0 ? 'field field-wrong' : 'field'}>
      <label class="field-label" for={id}>
        {label} {!required && <span class="optional">optional</span>}
      </label>
      {children}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FaultList id={id} faults={faults} />
    </div>
  );
}

/** What is wrong with a field. */
export function FaultList({ id, faults }: { id: string; faults: readonly string[] }) {
  if (faults.length === 0) return null;
  return (
    <ul class="faults" id={`${id}-faults`}>
      {faults.map((fault) => (
        <li key={fault}>{fault}</li>
      ))}
    </ul>
  );
}

/** The attributes that tie an input to its hint and its faults. */
export function describedBy(id: string, { hint, faults }: { hint?: string | undefined; faults: readonly string[] }) {
  const ids = [...(hint ? [`${id}-hint`] : []), ...(faults.length > 0 ? [`${id}-faults`] : [])];
  return {
    id,
    'aria-invalid': faults.length > 0,
    ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }),
  };
}
