import type { ComponentChildren } from 'preact';

type TableProps = {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly children: ComponentChildren;
};

/** A table that a narrow screen can scroll sideways, also by keyboard. */
export function Table({ caption, columns, children }: TableProps) {
  return (
    <div class="table" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
