import type { Row } from './judge.ts';

type Cells = readonly string[];

/** The rows as three tables; several thresholds files have their columns side by side. */
export function tableLines(rows: readonly Row[], configs: readonly string[]): string[] {
  const isRate = ({ measure }: Row) => measure === 'healthy' || measure === 'runner';
  const rates = rows.filter(isRate);
  const found = rows.filter(({ figure }) => figure === 'found');
  const changed = rows.filter(({ figure }) => figure === 'changed');
  return [
    ...section('Alerts of healthy people, per person and month', [], { own: rates, rows, configs }),
    ...section('Episodes: shares of the people in whom an alert is raised in time', ['warned', 'well'], {
      own: found,
      rows,
      configs,
    }),
    ...section('Alerts per person after a change of devices', ['same'], { own: changed, rows, configs }),
  ];
}

type Given = {
  readonly own: readonly Row[];
  readonly rows: readonly Row[];
  readonly configs: readonly string[];
};

/** @param beside Figures of the same people that stand in the same line: a warning, no episode, no change. */
function section(title: string, beside: readonly string[], { own, rows, configs }: Given): string[] {
  if (own.length === 0) return [];
  const ofFile = (file: string) => [configs.length === 1 ? 'value' : file, '95 %', ...beside];
  const head = ['measure', 'class', 'figure', 'persons', ...configs.flatMap(ofFile), 'target', ''];
  const lines = leading(own).map((row) => lineOf(row, beside, rows, configs.length));
  return [title, ...aligned([head, ...lines]), ''];
}

/** One row for each line: of the first file, or of another where the first has none, as a rule that never fired. */
function leading(rows: readonly Row[]): Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) if (!byKey.has(keyOf(row))) byKey.set(keyOf(row), row);
  return [...byKey.values()];
}

const keyOf = ({ measure, deviceClass, figure }: Row) => `${measure} ${deviceClass} ${figure}`;

function lineOf(row: Row, beside: Cells, rows: readonly Row[], files: number): Cells {
  const figures = Array.from({ length: files }, (_, config) => {
    const find = (figure: string) =>
      rows.find((one) => one.config === config && keyOf(one) === keyOf({ ...row, figure }))?.estimate;
    const { value, low, high } = find(row.figure) ?? { value: 0, low: 0, high: 0 };
    return [
      shown(value),
      `${shown(low)} … ${shown(high)}`,
      ...beside.map((figure) => shown(find(figure)?.value ?? 0)),
    ];
  });
  const { measure, deviceClass, figure, persons, target, verdict } = row;
  return [measure, deviceClass, figure, String(persons), ...figures.flat(), describe(target), words[verdict]];
}

const words = { met: 'met', missed: 'MISSED', 'too small': 'TOO SMALL', 'not judged': '' } as const;

function describe(target: Row['target']): string {
  if (target?.atMost !== undefined) return `≤ ${shown(target.atMost)}`;
  return target?.atLeast === undefined ? '' : `≥ ${shown(target.atLeast)}`;
}

function shown(value: number): string {
  return String(Number(value.toFixed(3)));
}

function aligned(lines: readonly Cells[]): string[] {
  const widths = lines[0]?.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0))) ?? [];
  return lines.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
