interface CheckGroupProps {
  legend: string;
  hint?: string;
  choices: readonly string[];
  chosen: readonly string[];
  faults: readonly string[];
  onChange(chosen: string[]): void;
}

/** Any of a few. */
export function CheckGroup({ legend, hint, choices, chosen, faults, onChange }: CheckGroupProps) {
  const toggle = (choice: string) =>
    onChange(choices.filter((known) => (known === choice ? !chosen.includes(known) : chosen.includes(known))));
  return (
    <fieldset class="group">
      <legend>{legend}</legend>
      {hint && <p class="hint">{hint}</p>}
      <div class="checks">
        {choices.map((choice) => (
          <label key={choice} class="check">
            <input type="checkbox" checked={chosen.includes(choice)} onChange={() => toggle(choice)} />
            <span>{choice}</span>
          </label>
        ))}
      </div>
      {faults.length > 0 && (
        <ul class="faults">
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
