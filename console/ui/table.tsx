import type { ComponentChildren } from 'preact';

interface TableProps {
  caption: string;
  heads: string[];
  /** True: its columns are to be compared, so it scrolls sideways where there is no room, and stays a table. */
  isGrid?: boolean;
  children: ComponentChildren;
}

/** What scrolls must be within the keyboard's reach. */
const focusable = { tabIndex: 0 };

/** Rows and columns; on a phone each row becomes a card, and its cells say their column. */
export function Table({ caption, heads, isGrid = false, children }: TableProps) {
  return (
    <section class="table-frame" aria-label={caption} {...(isGrid && focusable)}>
      <table class={isGrid ? 'table table-grid' : 'table table-stacks'}>
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
    </section>
  );
}

/** A cell; `head` is its column's. */
export function Cell({ head, children }: { head: string; children: ComponentChildren }) {
  return <td data-head={head}>{children}</td>;
}
