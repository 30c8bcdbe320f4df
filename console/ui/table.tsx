import type { ComponentChildren } from 'preact';

interface TableProps {
  caption: string;
  heads: string[];
  children: ComponentChildren;
}

/** Rows and columns; on a phone each row becomes a card, and its cells say their column. */
export function Table({ caption, heads, children }: TableProps) {
  return (
    <div class="table-frame">
      <table class="table">
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A cell; `head` is its column's. */
export function Cell({ head, children }: { head: string; children: ComponentChildren }) {
  return <td data-head={head}>{children}</td>;
}
