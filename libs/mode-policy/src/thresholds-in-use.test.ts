import { expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  hour,
  minute,
  night,
  noon,
  rules,
  second,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';
import { explainEvent } from './explain-event.ts';
import { createRuleSet, type RuleSet } from './rule-set.ts';
import { signalsOf } from './signals.ts';

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The paths of all numbers; those of a list have one path. */
function leavesOf(node: Node, at = ''): string[] {
  const inList = Array.isArray(node);
  const found = Object.entries(node).flatMap(([key, value]) => {
    const path = `${at}${inList ? '*' : key}`;
    return isNode(value) ? leavesOf(value, `${path}.`) : [path];
  });
  return [...new Set(found)];
}

/** The same values; notes which of them are read by name. Enumerating them, as for a hash, does not count. */
function watched(node: Node, read: Set<string>, at = ''): Node {
  const inList = Array.isArray(node);
  const children = new Map<string | symbol, Node>();
  let enumerated: string | symbol | undefined;
  return new Proxy(node, {
    getOwnPropertyDescriptor: (target, key) => {
      enumerated = key;
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    get: (target, key): unknown => {
      const value: unknown = Reflect.get(target, key);
      const path = `${at}${inList ? '*' : String(key)}`;
      if (isNode(value)) {
        const child = children.get(key) ?? watched(value, read, `${path}.`);
        children.set(key, child);
        return child;
      }
      if (enumerated !== key) read.add(path);
      enumerated = undefined;
      return value;
    },
  });
}

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const unknown: EventOptions = { source: 'apple', device: 'watch' };
const partner: EventOptions = { source: 'partner', device: 'p', flags: ['no_offset'] };

/** What happens to the people is told elsewhere; here it only makes the rules look. */
function live(own: RuleSet) {
  const healthy = (one: number): Values => ({
    hrv_rmssd: 50 + 8 * Math.sin(one * 2.4),
    heart_rate: 55 + 2 * Math.sin(one * 2.4 + 1),
    resting_heart_rate: 52 + 2 * Math.sin(one * 2.4 + 1),
    respiratory_rate: 14,
    spo2: 96,
    skin_temp_deviation: 0,
  });
  const ill: Values = {
    hrv_rmssd: 28,
    heart_rate: 66,
    resting_heart_rate: 64,
    respiratory_rate: 18,
    spo2: 88,
    skin_temp_deviation: 1.5,
  };
  const person = () => createPerson({ rules: own });
  person()
    .lived(54, healthy, night)
    .repeats(12, day, ill, night)
    .reports(ill, { ...night, source: 'whoop' })
    .later(day)
    .repeats(4, day, { ...ill, hrv_rmssd: 130 }, night)
    .waits(10 * day);
  // Scores and stress.
  person()
    .lived(4, { hrv_rmssd: 20, readiness_score: 60, recovery_score: 30 }, { ...night, source: 'oura' })
    .reports({ hrv_rmssd: 20, stress_level: 0.9, heart_rate: 45 }, rest)
    .later(minute)
    .reports({ stress_level: 0.5, readiness_score: 80, recovery_score: 80 }, rest);
  // Live vital signs, alone and of two devices, with an answer.
  const live = person()
    .is({ birth_year: 1980 })
    .repeats(8, minute, { heart_rate: 150, spo2: 85, respiratory_rate: 28, body_temperature: 40.6 }, rest)
    .reports({ heart_rate: 60, spo2: 97 }, { ...rest, device: 'strap' })
    .repeats(14, minute, { heart_rate: 150, spo2: 85 }, rest);
  live.answers('pulse_high', 'fine').later(2 * hour);
  live.repeats(3, 3 * minute, { heart_rate: 60, spo2: 97, respiratory_rate: 14 }, rest).waits(3 * day);
  person().is({ spo2_scale: 2 }).repeats(3, minute, { spo2: 82, heart_rate: 35 }, rest);
  person()
    .repeats(6, 10 * second, { heart_rate: 38 }, rest)
    .repeats(6, 10 * second, { heart_rate: 90 }, rest);
  // Movement, exertion and what nothing explains.
  const asked = person().repeats(5, 15 * minute, { heart_rate: 150 }, unknown);
  asked.reports({ steps: 300 }, { ...unknown, over: 5 * minute, statistic: 'sum' });
  asked.answers('pulse_unexplained', 'at_rest').repeats(2, minute, { heart_rate: 90 }, unknown);
  person()
    .repeats(5, 15 * minute, { heart_rate: 150 }, unknown)
    .repeats(3, minute, { heart_rate: 80 }, { ...unknown, motion: 'sedentary' })
    .waits(3 * hour);
  // High and low together, with and without a usual.
  person()
    .lived(20, healthy, night)
    .repeats(2, day, { hrv_rmssd: 120, heart_rate: 70 }, night)
    .later(day)
    .reports({ hrv_rmssd: 85, heart_rate: 70 }, night);
  person()
    .reports({ hrv_rmssd: 120, heart_rate: 95 }, rest)
    .later(minute)
    .reports({ hrv_rmssd: 95, heart_rate: 85 }, rest);
  person()
    .reports({ hrv_rmssd: 15, heart_rate: 45 }, rest)
    .later(minute)
    .reports({ hrv_rmssd: 21, heart_rate: 52 }, rest);
  // Two sources, and a morning that waits for other parts.
  const morning = createPerson({ rules: own, now: noon - 60 * day - 3 * hour });
  for (let one = 0; one < 60; one += 1) {
    morning
      .reports({ steps: 9_000 }, { source: 'apple', over: 20 * hour, ago: 10 * hour, statistic: 'sum' })
      .reports(healthy(one), night)
      .reports(healthy(one + 1), { ...night, source: 'whoop' })
      .later(day);
  }
  morning.reports({ resting_heart_rate: 60, respiratory_rate: 14 }, night);
  // Bands.
  person().repeats(3, day, { recovery_score: 20 }, { source: 'whoop' });
  const scored = person();
  const event = eventOf(scored.now, { sleep_score: 60 }, { source: 'oura' });
  explainEvent(scored.state, { kind: 'event', event, signals: signalsOf(event, own) }, own);
  // Clocks.
  person()
    .reports({ heart_rate: 60 }, { ...partner, ago: -2 * hour })
    .reports({ heart_rate: 60 }, { ...partner, ago: -7 * minute })
    .reports({ heart_rate: 60 }, { ...partner, ago: 8 * hour })
    .later(minute)
    .reports({ heart_rate: 60 }, { ...partner, ago: 8 * hour });
}

it('every number of the rules file is read while people are decided on', () => {
  const read = new Set<string>();
  const own = createRuleSet(watched(rules.thresholds, read) as typeof rules.thresholds, rules.texts);
  live(own);
  const unread = leavesOf(rules.thresholds).filter((path) => !read.has(path));
  // The version is the code's; a file only repeats it.
  expect(unread).toEqual(['policy_version']);
});
