import { confirm, type Limits } from '../confirmation.ts';
import { isAtRest } from '../contexts.ts';
import type { ActiveUnit } from '../person-state.ts';
import { defineUnit, levels, tidy, type Firing, type Input, type Unit, type Verdict } from '../rule.ts';
import { contextBit, slotBit, slotNumber, vitalBit, type Slot, type Vital } from '../slots.ts';
import type { Thresholds } from '../thresholds.ts';
import { decidingNight, lowLimit, newestLive, seenIn, type Seen, type View } from '../view.ts';
import { isOverruled } from './vital-units.ts';

type Rule = Thresholds['rules']['news2_partial'];
type Bands = Rule['pulse'];

type Item = { readonly seen: Seen; readonly points: number };

/** A part of NEWS2: of the last hour, or of one night. */
type Score = { readonly sum: number; readonly items: readonly Item[]; readonly isNight: boolean };

/** The sum of what was measured, in two levels that hold each by itself. */
export function news2Units({ rules }: Thresholds): Unit[] {
  const rule = rules.news2_partial;
  const { guardian_from, reflex_from, contrary } = rule;
  const inputs =
    vitalBit('heart_rate') |
    vitalBit('spo2') |
    vitalBit('respiratory_rate') |
    slotBit('body_temperature') |
    slotBit('pulse_night') |
    slotBit('spo2_night') |
    slotBit('respiration_night') |
    contextBit;
  return [
    defineUnit('news2_partial.reflex', {
      mode: 'reflex',
      contrary,
      inputs,
      judge: (view, active) =>
        judge(view, active, rule, { from: reflex_from, below: Infinity, level: levels.critical }),
    }),
    defineUnit('news2_partial.guardian', {
      mode: 'guardian',
      contrary,
      inputs,
      judge: (view, active) =>
        judge(view, active, rule, { from: guardian_from, below: reflex_from, level: levels.warning }),
    }),
  ];
}

type Band = { readonly from: number; readonly below: number; readonly level: number };

function judge(
  view: View,
  active: ActiveUnit | undefined,
  rule: Rule,
  { from, below, level }: Band,
): Verdict | undefined {
  if (!view.isAdult || !hasItems(view, rule.items_at_least)) return undefined;
  const scores = scoresOf(view, rule);
  if (scores.length === 0) return undefined;
  const highest = scores.reduce((a, b) => (b.sum > a.sum ? b : a));
  const brought = scores.flatMap(({ items }) => items).filter(({ seen }) => seen.isNew);
  const on = highest.items.find(({ seen }) => seen.isNew && seen.isFresh)?.seen;
  const { just_over } = view.policy.thresholds.confidence;
  const firing: Firing | undefined =
    highest.sum >= from && highest.sum < below && on !== undefined
      ? {
          level,
          on,
          inputs: highest.items.map(({ seen }): Input => ({ seen })),
          confidence: tidy(Math.min(1, just_over + (highest.sum - rule.guardian_from) / 8)),
          night: highest.isNight ? 1 : 0,
          facts: { sum: highest.sum, items: highest.items.length },
        }
      : undefined;
  // A live score ends what a live one fired, and a night's what a night's fired.
  const own = active && scores.find(({ isNight }) => isNight === (active.isNight === 1));
  const isOver = own !== undefined && own.sum < from;
  const night = own?.isNight === true ? own.items.find(({ seen }) => seen.isNew)?.seen : undefined;
  const staleAts = highest.items.map(({ seen }) => seen.staleAt).toSorted((a, b) => b - a);
  return {
    firing,
    over: own?.items.some(({ seen }) => seen.isNew) === true ? isOver : undefined,
    at: Math.max(0, ...brought.map(({ seen }) => seen.at)),
    staleAt: staleAts[rule.items_at_least - 1] as number,
    isOverruled: night !== undefined && isOverruled(view, night, active, !isOver),
  };
}

/** Both levels judge the scores of one view. */
const scoresOfView = new WeakMap<View, readonly Score[]>();

function scoresOf(view: View, rule: Rule): readonly Score[] {
  const known = scoresOfView.get(view);
  if (known !== undefined) return known;
  const scores = [liveScore(view, rule), nightScore(view, rule)].filter((score) => score !== undefined);
  scoresOfView.set(view, scores);
  return scores;
}

const itemSlots: readonly Slot[] = ['body_temperature', 'pulse_night', 'spo2_night', 'respiration_night'];
const itemNumbers = new Set(itemSlots.map((slot) => slotNumber(slot)));

/** A pulse alone is no score. */
function hasItems({ draft }: View, atLeast: number): boolean {
  let items = draft.windows.length;
  for (const [slot] of draft.newest) if (itemNumbers.has(slot)) items += 1;
  return items >= atLeast;
}

function scoreOf(items: readonly (Item | undefined)[], rule: Rule, isNight: boolean): Score | undefined {
  const there = items.filter((item) => item !== undefined);
  if (there.length < rule.items_at_least) return undefined;
  return { items: there, sum: there.reduce((sum, { points }) => sum + points, 0), isNight };
}

/** Items at rest, measured within the last hour. */
function liveScore(view: View, rule: Rule): Score | undefined {
  const temperature = seenIn(view, 'body_temperature').find(
    ({ context, at }) => isAtRest(context) && view.now - at <= rule.within,
  );
  const items = [
    liveItem(view, 'respiratory_rate', rule, rule.respiration),
    liveItem(view, 'spo2', rule, spo2Bands(view, rule)),
    liveItem(view, 'heart_rate', rule, rule.pulse),
    temperature && { seen: temperature, points: pointsOf(temperature.value, rule.temperature, 10) },
  ];
  return scoreOf(items, rule, false);
}

function liveItem(view: View, vital: Vital, rule: Rule, bands: Bands): Item | undefined {
  const found = newestLive(view, vital, rule.within);
  if (found === undefined) return undefined;
  // A pulse counts as fresh for an hour here, for entering and for holding.
  const seen = { ...found, isFresh: true, staleAt: found.at + rule.within + 1 };
  const points = vital === 'heart_rate' ? pulsePoints(view, seen, bands) : pointsOf(seen.value, bands, 1);
  if (points <= rule.unconfirmed_at_most) return { seen, points };
  const isConfirmed = confirm(view, vital, seen, () => beyond(points, bands)).level > 0;
  return { seen, points: isConfirmed ? points : rule.unconfirmed_at_most };
}

/** Readings that score as much. */
function beyond(points: number, bands: Bands): Limits {
  const own = (value: number) => pointsOf(value, bands, 1);
  return {
    levelOf: (value) => (own(value) >= points ? 1 : 0),
    thresholdOf: () => points,
    sideOf: (value) => (value < middleOf(bands) ? -1 : 1),
    isOver: (value) => own(value) === 0,
  };
}

/** A value that scores nothing. */
function middleOf(bands: Bands): number {
  return (bands.find(({ points }) => points === 0) as Bands[number]).to;
}

/** Items of one night, of the source that decides. */
function nightScore(view: View, rule: Rule): Score | undefined {
  const slots: readonly (readonly [Slot, Parameters<typeof decidingNight>[2], Bands])[] = [
    ['respiration_night', 'respiration_sleep', rule.respiration],
    ['spo2_night', 'spo2_sleep', spo2Bands(view, rule)],
    ['pulse_night', 'pulse_sleep', rule.pulse],
  ];
  const nights = slots.flatMap(([slot, lane, bands]) => {
    const seen = decidingNight(view, slot, lane);
    return seen === undefined ? [] : [{ seen, bands, isPulse: slot === 'pulse_night' }];
  });
  const day = nights.reduce((newest, { seen }) => Math.max(newest, seen.day), -Infinity);
  const items = nights
    .filter(({ seen }) => seen.day === day)
    .map(({ seen, bands, isPulse }) => {
      return { seen, points: isPulse ? pulsePoints(view, seen, bands) : pointsOf(seen.value, bands, 1) };
    });
  return scoreOf(items, rule, true);
}

export function spo2Bands({ spo2Scale }: View, rule: Rule): Bands {
  return spo2Scale === 2 ? rule.spo2_scale_2 : rule.spo2;
}

/** A low pulse that `pulse_low` would not count as low scores nothing. */
export function pulsePoints(view: View, seen: Seen, bands: Bands): number {
  const points = pointsOf(seen.value, bands, 1);
  if (points === 0 || seen.value > middleOf(bands)) return points;
  const limit = lowLimit(view, seen)?.limit;
  return limit !== undefined && seen.value <= limit ? points : 0;
}

/** The table has whole numbers, and tenths of a degree. */
export function pointsOf(value: number, bands: Bands, precision: number): number {
  const rounded = Math.round(value * precision) / precision;
  return (bands.find(({ to }) => rounded <= to) as Bands[number]).points;
}
