import { ouraDataType, wantedOuraDataTypes } from '../../vendors/oura/data-types.ts';
import type { Vendor } from '../../vendors/vendors.ts';
import { whoopDataType, whoopDataTypeNames } from '../../vendors/whoop/data-types.ts';

/** From inclusive, until exclusive; in milliseconds. */
export type Span = { readonly fromMs: number; readonly untilMs: number };

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

/** What a new connection gets of its past. */
export function historySpan(nowMs: number): Span {
  return { fromMs: nowMs - historyMs, untilMs: nowMs };
}

export function pulledTypes(vendor: Vendor): readonly string[] {
  return vendor === 'oura' ? wantedOuraDataTypes : whoopDataTypeNames;
}

/** A type that is given under another scope than this one. */
export function typeOfOtherScope(vendor: Vendor, dataType: string): string | undefined {
  const scopeOf = (name: string) => (vendor === 'oura' ? ouraDataType(name) : whoopDataType(name))?.scope;
  return pulledTypes(vendor).find((name) => scopeOf(name) !== scopeOf(dataType));
}

/** Points without ids, which are merged instead of versioned. */
export function isSeries(vendor: Vendor, dataType: string): boolean {
  return vendor === 'oura' && ouraDataType(dataType)?.shape === 'series';
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
 * What a reconciling pull looks at: the last days, in which documents still change; of a series only what is newer than
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
