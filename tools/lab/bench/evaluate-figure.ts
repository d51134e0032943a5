import type { Figure, Target } from './bench.ts';

/** One line of the table and of `latest.json`; null where there is no floor or no target. */
export type FigureRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: number | null;
  /** value / floor. */
  readonly ratio: number | null;
  readonly target: string | null;
  readonly met: boolean | null;
  /** Each run, in order: how far they lie apart says how far to trust the value. */
  readonly runs: readonly number[];
  readonly floorRuns: readonly number[];
};

/** `.local/bench/latest.json`. */
export type BenchReport = {
  readonly commit: string;
  readonly cores: number;
  /** RFC 3339, UTC. */
  readonly measured: string;
  /** The groups that were asked for; absent: all. */
  readonly only?: string;
  readonly results: readonly FigureRow[];
};

export function evaluateFigure({ name, unit, runs, floorRuns = [], target }: Figure): FigureRow {
  const value = percentile(runs, 0.5);
  const floor = floorRuns.length === 0 ? null : percentile(floorRuns, 0.5);
  const ratio = floor === null ? null : value / floor;
  return {
    name,
    value: rounded(value),
    unit,
    floor: floor === null ? null : rounded(floor),
    ratio: ratio === null ? null : rounded(ratio),
    target: target ? describe(target) : null,
    met: target ? meets(target, value, ratio) : null,
    runs: runs.map(rounded),
    floorRuns: floorRuns.map(rounded),
  };
}

/** Nearest rank; NaN of nothing. `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function meets({ atLeast, below, ratio: least }: Target, value: number, ratio: number | null): boolean {
  if (!(value >= (atLeast ?? -Infinity) && value < (below ?? Infinity))) return false;
  return least === undefined || (ratio !== null && ratio >= least);
}

function describe({ atLeast, below, ratio }: Target): string {
  return [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast.toLocaleString('en')}`]),
    ...(below === undefined ? [] : [`< ${below.toLocaleString('en')}`]),
    ...(ratio === undefined ? [] : [`≥ ${ratio * 100} % of floor`]),
  ].join(', ');
}

/** Four significant digits, whole numbers kept. */
function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(4));
}
