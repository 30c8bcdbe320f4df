/** Names for all columns, each different: an empty one becomes `column_<n>`, a repeated one `<name>_<n>`. */
export function columnNames(header: string[]): string[] {
  const taken = new Set(header);
  const used = new Set<string>();
  return header.map((name, index) => {
    const base = name === '' ? 'column' : name;
    let candidate = name;
    for (let n = name === '' ? index + 1 : 2; candidate === '' || used.has(candidate); n++) {
      const next = `${base}_${n}`;
      candidate = taken.has(next) ? '' : next;
    }
    used.add(candidate);
    return candidate;
  });
}
