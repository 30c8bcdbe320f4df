interface SelectProps {
  label: string;
  value: string;
  /** Value and what is shown of it. */
  options: readonly (readonly [string, string])[];
  onChange(value: string): void;
}

/** A choice among a few, with its label. */
export function Select({ label, value, options, onChange }: SelectProps) {
  return (
    <label class="select">
      <span>{label}</span>
      <select class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([key, title]) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
