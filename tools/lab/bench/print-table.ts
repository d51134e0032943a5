import type { FigureRow } from './evaluate-figure.ts';

const headings = ['figure', 'value', 'unit', 'floor', 'ratio', 'target', ''];

/** The rows as aligned text, one line each. */
export function tableOf(rows: readonly FigureRow[]): string[] {
  const cells = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) => [1, 3, 4].includes(column);
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf({ name, value, unit, floor, ratio, target, met }: FigureRow): string[] {
  // Milliseconds per event need three digits, requests per second all of them.
  const number = (given: number | null) =>
    given?.toLocaleString(
      'en',
      given < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 },
    ) ?? '';
  return [
    name,
    number(value),
    unit,
    number(floor),
    number(ratio),
    target ?? '',
    met === null ? '' : met ? 'met' : 'missed',
  ];
}
