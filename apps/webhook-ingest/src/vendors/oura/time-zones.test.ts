import { zoneOffset } from '@bridge/contracts';
import {
  collectKnown,
  decide,
  initialState,
  requireRules,
  signalsOf,
  type Decision,
} from '@bridge/mode-policy';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deliveredEvents, type OuraDocument } from '../../../test/documents/delivered-events.ts';
import { unknownZone, type PersonZone } from '../../documents/domain/person-zone.ts';
import { withOffset } from '../../documents/domain/with-offset.ts';
import { ouraDaily, ouraSleep } from './fixtures.ts';

const file = new URL('../../../../../config/neuros.yaml', import.meta.url);
const rules = requireRules(readFileSync(file, 'utf8'), 'neuros.yaml');

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const firstDay = Date.parse('2026-01-05T00:00:00Z');
const dayCount = 26;
/** In none of them do the clocks change within these days. */
const zones = [
  'America/Los_Angeles',
  'America/St_Johns',
  'Europe/London',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Pacific/Auckland',
];

/** Spread around a mean without chance, so that every figure has a usual. */
const varied = (mean: number, spread: number, nr: number) => mean + spread * Math.sin(nr * 2.4);

/** What Oura has of one day: a person is well, and ill in the last three nights. */
function documentsOf(nr: number, offsetMinutes: number): readonly OuraDocument[] {
  const midnight = firstDay + nr * dayMs;
  const day = new Date(midnight).toISOString().slice(0, 10);
  const local = (ms: number) => withOffset(midnight + ms - offsetMinutes * 60_000, offsetMinutes);
  const isIll = nr >= dayCount - 3;
  const bedtime_start = local(-hourMs);
  const ofDay = { day, timestamp: `${day}T00:00:00+00:00` };
  return [
    [
      'daily_readiness',
      {
        ...{ ...ouraDaily.daily_readiness, ...ofDay, id: `dr-${nr}`, score: isIll ? 55 : 82 },
        temperature_deviation: varied(isIll ? 1.1 : 0, 0.15, nr),
      },
    ],
    [
      'daily_spo2',
      { ...ouraDaily.daily_spo2, day, id: `o2-${nr}`, spo2_percentage: { average: isIll ? 88 : 97 } },
    ],
    ['daily_sleep', { ...ouraDaily.daily_sleep, ...ofDay, id: `ds-${nr}` }],
    [
      'daily_activity',
      {
        ...ouraDaily.daily_activity,
        day,
        id: `da-${nr}`,
        timestamp: local(4 * hourMs),
        steps: isIll ? 2_000 : 9_000,
      },
    ],
    [
      'sleep',
      ouraSleep({
        ...{ id: `sleep-${nr}`, day, bedtime_start, bedtime_end: local(6.5 * hourMs) },
        average_hrv: varied(isIll ? 36 : 50, 3, nr + 1),
        average_heart_rate: varied(isIll ? 62 : 55, 1.5, nr + 2),
        lowest_heart_rate: Math.round(varied(isIll ? 57 : 50, 1.5, nr + 2)),
        average_breath: varied(isIll ? 17 : 14, 0.4, nr + 3),
        heart_rate: { interval: 300, items: [55], timestamp: bedtime_start },
        hrv: { interval: 300, items: [48], timestamp: bedtime_start },
      }),
    ],
  ];
}

type Life = { readonly zone?: PersonZone; readonly isTogether: boolean };

/** Every day's documents arrive at 07:30 local; the decisions, with the local time since the first day. */
function decisionsIn(timeZone: string, { zone: known = unknownZone, isTogether }: Life): string[] {
  const offsetMinutes = zoneOffset(timeZone, firstDay);
  const start = firstDay - offsetMinutes * 60_000;
  const earlier = collectKnown();
  const found: string[] = [];
  let state = initialState;
  let zone = known;
  const take = (decisions: readonly Decision[]) => {
    for (const decision of decisions) {
      state = decision.state;
      found.push(...saidBy(decision).map((words) => `${(decision.state.now - start) / hourMs} h: ${words}`));
    }
  };
  for (let nr = 0; nr < dayCount; nr += 1) {
    const arrivalMs = start + nr * dayMs + 7.5 * hourMs;
    const documents = documentsOf(nr, offsetMinutes);
    for (const batch of isTogether ? [documents] : documents.map((one) => [one])) {
      const delivered = deliveredEvents(batch, { zone, arrivalMs });
      zone = delivered.zone;
      for (const event of delivered.events) {
        take(
          decide(state, { kind: 'event', event, signals: signalsOf(event, rules), known: earlier }, rules),
        );
        earlier.add(event);
      }
    }
  }
  take(decide(state, { kind: 'tick', userId: 'ada', due: start + (dayCount + 1) * dayMs }, rules));
  return found;
}

function alarmsOf(decisions: readonly string[]): string[] {
  return decisions.filter((words) => words.includes(' firing '));
}

function saidBy({ transition, alertSignals, insights }: Decision): string[] {
  return [
    ...(transition === null ? [] : [`${transition.from ?? 'none'} → ${transition.to}: ${transition.reason}`]),
    ...alertSignals.map(({ kind, status, severity, reason }) => [kind, status, severity, reason].join(' ')),
    ...insights.map(({ kind, rule, status }) => [kind, rule, status].join(' ')),
  ];
}

describe('the same documents in seven time zones, delivered at 07:30 local', () => {
  it.each<[string, (timeZone: string) => Life]>([
    ['of people who said where they live', (timeZone) => ({ zone: { timeZone }, isTogether: false })],
    ['of people whose nights alone say where they are', () => ({ isTogether: true })],
    ['of people of whom nothing is known when the first documents arrive', () => ({ isTogether: false })],
  ])('%s give the same decisions', (_, lifeIn) => {
    const lives = zones.map((timeZone) => decisionsIn(timeZone, lifeIn(timeZone)));
    for (const life of lives) expect(life).toEqual(lives[0]);
    for (const rule of ['spo2_low', 'stress_overload', 'illness_watch'])
      expect(alarmsOf(lives[0] ?? [])).toContainEqual(expect.stringContaining(`rule.${rule} `));
  });

  it('of travellers whose profile is of home raise the same alarms', () => {
    const zone = { timeZone: 'Europe/Berlin' };
    const lives = zones.map((timeZone) => alarmsOf(decisionsIn(timeZone, { zone, isTogether: false })));
    for (const life of lives) expect(life).toEqual(lives[0]);
    expect(lives[0]?.length).toBeGreaterThan(2);
  });
});
