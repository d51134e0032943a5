import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  hour,
  minute,
  night,
  rules,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';
import { describeSignals, explainEvent } from './explain-event.ts';
import { signalsOf } from './signals.ts';

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };

function explained(anna: ReturnType<typeof createPerson>, values: Values, options: EventOptions = rest) {
  const event = eventOf(anna.now, values, options);
  return explainEvent(anna.state, { kind: 'event', event, signals: signalsOf(event, rules) }, rules);
}

it.each<[string, () => ReturnType<typeof createPerson>, Values, EventOptions, string]>([
  ['an ordinary pulse', () => createPerson(), { heart_rate: 70 }, rest, 'input'],
  ['a high one that is alone', () => createPerson(), { heart_rate: 120 }, rest, 'unconfirmed'],
  [
    'a confirmed one',
    () => createPerson().reports({ heart_rate: 120 }, rest).later(minute),
    { heart_rate: 120 },
    rest,
    'input',
  ],
  ['an active one', () => createPerson(), { heart_rate: 120 }, { ...rest, context: 'active' }, 'active'],
  [
    'a late one',
    () => createPerson().reports({ heart_rate: 70 }, rest),
    { heart_rate: 120 },
    { ...rest, ago: minute },
    'late',
  ],
  ['a stale one', () => createPerson(), { heart_rate: 120 }, { ...rest, ago: hour }, 'stale'],
  [
    'a late score',
    () => createPerson().reports({ sleep_score: 70 }),
    { sleep_score: 60 },
    { ago: hour },
    'late',
  ],
  ['a stale score', () => createPerson(), { sleep_score: 60 }, { ago: 40 * hour }, 'stale'],
  [
    'a contradicted one',
    () =>
      createPerson()
        .reports({ heart_rate: 120 }, rest)
        .later(minute)
        .reports({ heart_rate: 60 }, { ...rest, device: 'b' }),
    { heart_rate: 120 },
    rest,
    'vetoed',
  ],
])('says what became of %s', (_, person, values, options, fate) => {
  const anna = person();
  expect(explained(anna, values, options).signals.map((one) => one.fate)).toEqual([fate]);
});

it('names thresholds, usual values and distances', () => {
  const anna = createPerson().lived(10, { heart_rate: 60, hrv_rmssd: 50 }, rest);
  const event = explained(anna, { heart_rate: 98, hrv_rmssd: 40, sleep_score: 70 });
  const text = describeSignals(event);
  expect(text).toContain(
    'heart_rate 98 at 2026-11-20T12:00:00.000Z (rest): unconfirmed; pulse_high threshold 90, 8 beyond it, usually 60 ± 1.5 over 10 days',
  );
  expect(text).toContain('pulse_low threshold 40, 58 short of it');
  expect(text).toContain(
    'hrv_rmssd 40 at 2026-11-20T12:00:00.000Z (rest): input; stress_overload threshold 41, 1 beyond it, usually 50 ± 0.1 over 10 days; rmssd_drop threshold 37, 3 short of it',
  );
  expect(text).toContain('usual usually 50 ± 0.1 over 10 days, z -2.23');
  expect(text).toMatch(/sleep_score 70 at .*: input$/m);
  expect(describeSignals(explained(anna, { sleep_score: 70 }, { source: 'oura' }))).toContain(
    'sleep_score 70 (good) at',
  );
  expect(describeSignals(explained(createPerson(), { spo2: 97 }))).toMatch(
    /spo2_low threshold 91, 6 short of it; news2_partial points 0, threshold 5, 5 short of it$/,
  );
});

describe('of several devices of one source', () => {
  it.each<[string, string | undefined, string]>([
    ['none that is named', undefined, 'watch'],
    ['two of which the second id is long', 'ring', 'x'.repeat(40)],
    ['two long ids', 'y'.repeat(40), 'x'.repeat(40)],
  ])('the one that reports is compared: %s', (_, other, own) => {
    const named = (device: string | undefined): EventOptions => ({
      context: 'rest',
      source: 'apple',
      ...(device !== undefined && { device }),
    });
    const anna = createPerson()
      .reports({ heart_rate: 60, hrv_rmssd: 50 }, named(other))
      .later(minute)
      .reports({ heart_rate: 150 }, named(own))
      .later(hour)
      .reports({ heart_rate: 60 }, named(other))
      .later(minute);
    const first = explained(anna, { heart_rate: 150 }, named(own));
    expect(first.signals.map((one) => one.fate)).toEqual(['unconfirmed']);
    anna.reports({ heart_rate: 150 }, named(own)).later(3 * minute);
    const second = explained(anna, { heart_rate: 150 }, named(own));
    expect(second.decisions.at(-1)?.rulesFired).toContain('pulse_high');
    expect(second.signals.map((one) => one.fate)).toEqual(['input']);
  });

  it('one without an id that has no pulse yet', () => {
    const anna = createPerson().reports({ hrv_rmssd: 50 }, { context: 'rest', source: 'apple' });
    expect(explained(anna, { heart_rate: 150 }).signals.map((one) => one.fate)).toEqual(['unconfirmed']);
  });
});

it('says of a superseded version that it changed nothing', () => {
  const anna = createPerson();
  const [first, second] = [2, 1].map((version) =>
    eventOf(anna.now, { stress_level: 0.9 }, { object: 'o', version }),
  );
  if (first === undefined || second === undefined) throw new Error('two events were made');
  const known = { versionsOf: () => [first], between: () => [] };
  const { signals } = explainEvent(
    anna.state,
    { kind: 'event', event: second, signals: signalsOf(second, rules), known },
    rules,
  );
  expect(signals[0]?.fate).toBe('superseded');
});

it('a night of a person with an offset', () => {
  const { signals } = explained(
    createPerson(),
    { spo2: 88 },
    { ...night, offset: '+02:00', device: 'x'.repeat(40) },
  );
  expect(signals[0]).toMatchObject({ fate: 'input', context: 'sleep' });
  expect(signals[0]?.comparisons[0]).toEqual({ rule: 'spo2_low', threshold: 89, beyond: 1 });
});

it('names the days that slow rules counted, also where no mode and no alert changes', () => {
  const anna = createPerson()
    .lived(50, { hrv_rmssd: 50, heart_rate: 55 }, night)
    .fromNow()
    .later(day)
    .repeats(10, day, { hrv_rmssd: 42, heart_rate: 57.4 }, night);
  expect(anna.open.some((one) => one.startsWith('strain'))).toBe(true);
  const event = explained(anna, { hrv_rmssd: 42, heart_rate: 57.4 }, night);
  const [first = ''] = event.counted['strain']?.split(', ') ?? [];
  expect(event.counted['strain']?.split(', ')).toHaveLength(10);
  expect(first).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(describeSignals(event)).toContain(`counted     strain: ${first}`);
});
