import type { Span } from '../../vendors/vendor-answer.ts';
import { entryOf } from '../../vendors/data-type.ts';
import type { VendorDefinition } from '../../vendors/vendor-definition.ts';

/** How far a pull of one data type has come: everything from `pulledFromMs` on is here. */
export type Pull = {
  readonly dataType: string;
  readonly wantedFromMs: number;
  readonly pulledFromMs: number;
};

const dayMs = 86_400_000;
const windowMs = 7 * dayMs;
const historyMs = 30 * dayMs;
/** In which documents still change. */
const changingMs = 3 * dayMs;
const overlapMs = dayMs / 4;

/** The past that a new connection gets. */
export function historySpan(nowMs: number): Span {
  return { fromMs: nowMs - historyMs, untilMs: nowMs };
}

type DataTypes = Pick<VendorDefinition, 'dataTypes'>;

export function wantedTypes({ dataTypes }: DataTypes): readonly string[] {
  return Object.entries(dataTypes).flatMap(([name, { isWanted }]) => (isWanted ? [name] : []));
}

/** A type that is given under another scope than this one. */
export function typeOfOtherScope(vendor: DataTypes, dataType: string): string | undefined {
  const scopeOf = (name: string) => entryOf(vendor.dataTypes, name)?.scope;
  return wantedTypes(vendor).find((name) => scopeOf(name) !== scopeOf(dataType));
}

/** Points without ids, which are merged instead of versioned. */
export function isSeries({ dataTypes }: DataTypes, dataType: string): boolean {
  return entryOf(dataTypes, dataType)?.shape === 'series';
}

/** The next window: the newest that is missing of any type, so that all types come forward together. */
export function nextWindow(pulls: readonly Pull[]): { readonly pull: Pull; readonly span: Span } | undefined {
  const [first, ...rest] = pulls;
  if (first === undefined) return undefined;
  const pull = rest.reduce((newest, one) => (one.pulledFromMs > newest.pulledFromMs ? one : newest), first);
  const fromMs = Math.max(pull.wantedFromMs, pull.pulledFromMs - windowMs);
  return { pull, span: { fromMs, untilMs: pull.pulledFromMs } };
}

/** How far reconciling pulls of a connection have come. */
export type ReconciliationProgress = {
  /** When the last one began that the vendor answered completely. */
  readonly reconciledMs?: number | undefined;
  /** Of a series only: when points came last. */
  readonly lastPointsMs?: number | undefined;
};

/**
 * The span of a reconciling pull: the last days, in which documents still change; of a series only what is newer than
 * the last points that came, with an overlap. In any case everything since the last complete one, a month at most: an
 * outage of ours or a membership that had lapsed may have been longer than a few days.
 */
export function reconciledSpan(
  nowMs: number,
  { reconciledMs = Infinity, lastPointsMs }: ReconciliationProgress = {},
): Span {
  const fromMs =
    lastPointsMs === undefined
      ? Math.min(nowMs - changingMs, reconciledMs - dayMs)
      : Math.min(lastPointsMs, reconciledMs) - overlapMs;
  return { fromMs: Math.max(nowMs - historyMs, fromMs), untilMs: nowMs };
}
