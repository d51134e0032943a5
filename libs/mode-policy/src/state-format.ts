import type { Mode } from '@bridge/contracts';
import { modes } from '@bridge/contracts';
import {
  initialState,
  type ActiveUnit,
  type Exertion,
  type Newest,
  type OpenAlert,
  type PersonState,
} from './person-state.ts';
import { compareEntries } from './observe.ts';
import { restoreLane, storeLane } from './stored-lane.ts';

// A stored state is a list without names, and its times are distances from its own time: half the size of plain JSON,
// and writing states is the main cost of a decision.

const format = 3;
const dayMs = 86_400_000;
/** Scores of the illness watch are whole thousandths. */
const scoreUnits = 1_000;

type StoredGroup = readonly [device: number, ago: number, offset: number, flags: number, ...pairs: number[]];

/** Text of a state, for storage. */
export function storeState(state: PersonState): string {
  const { now } = state;
  const ago = (at: number) => (at === 0 ? 0 : now - at + 1);
  const today = Math.floor(now / dayMs);
  return JSON.stringify([
    format,
    state.mode,
    ago(state.since),
    state.seq,
    now,
    state.eventSeq,
    [state.zone[0], ago(state.zone[1])],
    state.profile,
    state.sources,
    state.devices.map(([source, name, lag, lagAt]) => [source, name, lag, ago(lagAt)]),
    groupsOf(state.newest, now),
    state.windows.map(([vital, device, readings]) => [vital, device, steps(readings, now)]),
    storeExertions(state.exertions, now),
    state.restUntil,
    state.activities,
    state.steps,
    state.stepDays,
    state.lanes.map((lane) => storeLane(lane, today)),
    state.runs.map(({ device, from, last, count, value }) => [device, from, last, count, value]),
    state.contradictions,
    state.units.map(listOfUnit),
    state.alerts.map(listOfAlert),
    state.ended.map(({ rule, id, at }) => [rule, id, at]),
    state.silences.map(({ rule, level, until }) => [rule, level, until]),
    state.illness.flatMap(([day, score]) => [today - day, Math.round(score * scoreUnits)]),
    state.waitingDay,
    state.ending,
    state.nights,
    state.rises,
    state.contraries,
    state.upgrade,
  ]);
}

type Stored = readonly unknown[];

/**
 * Restores a stored state, given as its text or as the JSON of it. Of a state of an older policy only mode, seq, time and
 * the open alert are kept: its daily values are read again by the command `upgrade`.
 */
export function restoreState(stored: unknown): PersonState {
  const value: unknown = typeof stored === 'string' ? JSON.parse(stored) : stored;
  if (!Array.isArray(value)) return isPlain(value) ? plainState(value) : olderState(value);
  return stateOf(value as Stored);
}

/** Older records have the last pulse of exertion alone; 0: none. */
function plainState(state: PersonState & { readonly exertion?: number }): PersonState {
  const { exertion, ...others } = state;
  if (exertion === undefined) return state;
  return { ...others, exertions: exertion === 0 ? [] : [[exertion, exertion]] };
}

function stateOf(list: Stored): PersonState {
  const now = list[4] as number;
  const at = (ago: number) => (ago === 0 ? 0 : now - ago + 1);
  const today = Math.floor(now / dayMs);
  const rows = (index: number) => list[index] as readonly (readonly number[])[];
  const [offset, zoneAgo] = list[6] as readonly [number, number];
  return {
    format,
    mode: list[1] as Mode | null,
    since: at(list[2] as number),
    seq: list[3] as number,
    now,
    eventSeq: list[5] as number,
    zone: [offset, at(zoneAgo)],
    profile: list[7] as PersonState['profile'],
    sources: list[8] as PersonState['sources'],
    devices: (list[9] as PersonState['devices']).map(([source, name, lag, ago]) => [
      source,
      name,
      lag,
      at(ago),
    ]),
    newest: entriesOf(list[10] as readonly StoredGroup[], now),
    windows: (list[11] as PersonState['windows']).map(([vital, device, readings]) => [
      vital,
      device,
      unsteps(readings, now),
    ]),
    exertions: restoreExertions(list[12] as number | readonly number[], now),
    restUntil: list[13] as PersonState['restUntil'],
    activities: list[14] as PersonState['activities'],
    steps: list[15] as PersonState['steps'],
    stepDays: list[16] as PersonState['stepDays'],
    lanes: (list[17] as readonly string[]).map((lane) => restoreLane(lane, today)),
    runs: (list[18] as readonly (readonly [number, number, number, number, number])[]).map(
      ([device, from, last, count, value]) => ({ device, from, last, count, value }),
    ),
    contradictions: list[19] as PersonState['contradictions'],
    units: rows(20).map(unitOfList),
    alerts: (list[21] as readonly ReturnType<typeof listOfAlert>[]).map(alertOfList),
    ended: (list[22] as readonly (readonly [number, string, number])[]).map(([rule, id, time]) => {
      return { rule, id, at: time };
    }),
    silences: (list[23] as readonly (readonly [number, number, number])[]).map(([rule, level, until]) => {
      return { rule, level, until };
    }),
    illness: scoresOf(list[24] as readonly number[], today),
    waitingDay: list[25] as number | null,
    ending: list[26] as PersonState['ending'],
    nights: list[27] as string,
    rises: list[28] as string,
    contraries: list[29] as PersonState['contraries'],
    upgrade: list[30] as PersonState['upgrade'],
  };
}

/** Entries of one event of a device share a time: device, distance from now, offset, flags, then slots and values. */
function groupsOf(newest: readonly Newest[], now: number): number[][] {
  const groups: number[][] = [];
  for (const [slot, device, at, value, offset, flags] of newest) {
    const ago = now - at;
    const same = groups.find(
      (one) => one[0] === device && one[1] === ago && one[2] === offset && one[3] === flags,
    );
    if (same === undefined) groups.push([device, ago, offset, flags, slot, value]);
    else same.push(slot, value);
  }
  return groups;
}

function entriesOf(groups: readonly StoredGroup[], now: number): Newest[] {
  const entries = groups.flatMap(([device, ago, offset, flags, ...pairs]) => {
    const group: Newest[] = [];
    for (let at = 0; at < pairs.length; at += 2) {
      group.push([pairs[at] as number, device, now - ago, pairs[at + 1] as number, offset, flags]);
    }
    return group;
  });
  return entries.sort(compareEntries);
}

function scoresOf(stored: readonly number[], today: number): [day: number, score: number][] {
  const scores: [number, number][] = [];
  for (let at = 0; at < stored.length; at += 2) {
    scores.push([today - (stored[at] as number), (stored[at + 1] as number) / scoreUnits]);
  }
  return scores;
}

/** The newest as its distance from now, each earlier one as its distance from the next. */
function steps(readings: readonly number[], now: number): number[] {
  const stored: number[] = [];
  for (let index = 0; index < readings.length; index += 3) {
    const next = readings[index + 3] ?? now;
    stored.push(
      next - (readings[index] as number),
      readings[index + 1] as number,
      readings[index + 2] as number,
    );
  }
  return stored;
}

function unsteps(stored: readonly number[], now: number): number[] {
  const readings = [...stored];
  for (let index = readings.length - 3; index >= 0; index -= 3) {
    readings[index] = (readings[index + 3] ?? now) - (readings[index] as number);
  }
  return readings;
}

function listOfUnit(unit: ActiveUnit): number[] {
  return [
    unit.unit,
    unit.holds ? 1 : 0,
    unit.heldUntil,
    unit.level,
    unit.firedAt,
    unit.firedSeq,
    unit.lastAt,
    unit.firedOn,
    unit.device,
    unit.isNight,
    unit.day,
    unit.isInferred,
    unit.staleAt,
    unit.leaveFrom,
  ];
}

function unitOfList(list: readonly number[]): ActiveUnit {
  const at = (index: number) => list[index] as number;
  return {
    unit: at(0),
    holds: at(1) === 1,
    heldUntil: at(2),
    level: at(3),
    firedAt: at(4),
    firedSeq: at(5),
    lastAt: at(6),
    firedOn: at(7),
    device: at(8),
    isNight: at(9),
    day: at(10),
    isInferred: at(11) === 1 ? 1 : 0,
    staleAt: at(12),
    leaveFrom: at(13),
  };
}

function listOfAlert(alert: OpenAlert) {
  const { rule, id, level, expiresAt, unconfirmedSince, unwell, askedUntil, isLow } = alert;
  const list = [rule, id, level, expiresAt, unconfirmedSince, unwell, askedUntil] as const;
  return isLow === undefined ? list : ([...list, isLow] as const);
}

function alertOfList([rule, id, level, expiresAt, unconfirmedSince, unwell, askedUntil, isLow]: ReturnType<
  typeof listOfAlert
>): OpenAlert {
  const alert = { rule, id, level, expiresAt, unconfirmedSince, unwell, askedUntil };
  return isLow === undefined ? alert : { ...alert, isLow };
}

/** Each time as its distance from the next, the last from now. */
function storeExertions(exertions: readonly Exertion[], now: number): number[] {
  const times = exertions.flat();
  return times.map((at, index) => (times[index + 1] ?? now) - at);
}

/** Older states have the last pulse alone, as its distance from a ms after now; 0: none. */
function restoreExertions(stored: number | readonly number[], now: number): readonly Exertion[] {
  if (typeof stored === 'number') return stored === 0 ? [] : [[now - stored + 1, now - stored + 1]];
  const exertions: Exertion[] = [];
  let next = now;
  for (let index = stored.length - 2; index >= 0; index -= 2) {
    const last = next - (stored[index + 1] as number);
    next = last - (stored[index] as number);
    exertions.unshift([next, last]);
  }
  return exertions;
}

/** A record of a decision holds the state before it as plain JSON. */
function isPlain(value: unknown): value is PersonState {
  return typeof value === 'object' && value !== null && (value as Partial<PersonState>).format === format;
}

/** Policy version 2 kept the alert's id, version 1 an object with it. */
function olderState(value: unknown): PersonState {
  const { mode, seq, now, alert } = value as {
    readonly mode: Mode | null;
    readonly seq: number;
    readonly now: number;
    readonly alert: string | { readonly id: string } | null;
  };
  const known = modes.find((one) => one === mode) ?? null;
  return {
    ...initialState,
    mode: known,
    since: now,
    seq,
    now,
    upgrade: { alert: typeof alert === 'object' ? (alert?.id ?? null) : alert, mode: known },
  };
}
