import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  hour,
  minute,
  noon,
  second,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';

const rest = { context: 'rest' } as const;
const asleep = { context: 'sleep' } as const;

type Row = readonly [what: string, fresh: number, values: Values, options: EventOptions];
const rows: readonly Row[] = [
  ['heart_rate', 10 * minute, { heart_rate: 110 }, rest],
  ['stress_level', 10 * minute, { stress_level: 0.9 }, {}],
  ['a live RMSSD', hour, { hrv_rmssd: 20, readiness_score: 50 }, {}],
  ['spo2', hour, { spo2: 85 }, rest],
  ['respiratory_rate', hour, { respiratory_rate: 30 }, rest],
  ['body_temperature', hour, { body_temperature: 34 }, rest],
  ['the RMSSD of a night', day, { hrv_rmssd: 20, readiness_score: 50 }, asleep],
  ['recovery_score', day, { recovery_score: 20 }, {}],
];

describe('a signal decides as long as it is fresh', () => {
  it.each(rows)('%s', (_, fresh, values, options) => {
    expect(createPerson().reports(values, { ...options, ago: fresh }).mode).not.toBe('pattern');
  });

  it.each(rows)('%s, but not a millisecond longer', (_, fresh, values, options) => {
    expect(createPerson().reports(values, { ...options, ago: fresh + 1 }).mode).toBe('pattern');
  });
});

describe('a clock that runs ahead', () => {
  it('is believed for 5 minutes', () => {
    expect(createPerson().reports({ heart_rate: 110 }, { ago: -5 * minute }).mode).toBe('reflex');
  });

  it('is not believed beyond that: such a reading is no signal, and makes nothing late', () => {
    const anna = createPerson().reports({ heart_rate: 110, hrv_rmssd: 20 }, { ago: -5 * minute - 1 });
    expect(anna.mode).toBe('pattern');
    expect(anna.state.lanes).toEqual([]);
    expect(anna.later(second).reports({ heart_rate: 110 }).mode).toBe('reflex');
  });
});

describe('late is judged per metric and context', () => {
  it('a reading older than the last decided one fires nothing', () => {
    const anna = createPerson().reports({ heart_rate: 70 }).reports({ heart_rate: 110 }, { ago: second });
    expect(anna.mode).toBe('pattern');
  });

  it('another context is not late', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 60 })
      .reports({ hrv_rmssd: 20, readiness_score: 50 }, { ago: second, ...rest });
    expect(anna.last.rulesFired).toEqual([]); // the newest RMSSD is still the other one
    expect(createPerson().reports({ spo2: 97 }).reports({ heart_rate: 110 }, { ago: minute }).mode).toBe(
      'reflex',
    );
  });

  it('a night that arrives after an hour of live pulse switches', () => {
    const anna = createPerson().lived(6, { hrv_rmssd: 60 }, { ...asleep, statistic: 'average' });
    for (let at = 0; at < 60; at += 1) anna.reports({ heart_rate: 65 }).later(minute);
    expect(anna.mode).toBe('pattern');
    anna.reports({ hrv_rmssd: 30 }, { ...asleep, statistic: 'average', ago: 5 * hour, over: 7 * hour });
    expect(anna.last.transition).toMatchObject({ from: 'pattern', to: 'reflex', reason: 'rmssd_drop' });
  });
});

describe('of each metric a rule sees the newest', () => {
  it('from any source', () => {
    const anna = createPerson()
      .reports({ heart_rate: 110 }, { source: 'oura', ago: minute })
      .reports({ heart_rate: 70 }, { source: 'apple' });
    expect(anna.last.rulesHeld).toEqual([]);
  });

  it('within one event: older readings of the same metric and context are history only', () => {
    const reading = (value: number, at: string) => ({ metric: 'heart_rate', value, unit: '/min', end: at });
    const anna = createPerson().reports(
      {},
      {
        readings: [
          reading(120, '2026-11-20T11:59:00Z'),
          reading(70, '2026-11-20T12:00:00Z'),
          reading(125, '2026-11-20T11:58:00Z'),
        ],
      },
    );
    expect(anna.mode).toBe('pattern');
  });

  it('at equal times a mean before its samples', () => {
    const reading = { metric: 'stress_level', unit: '1' };
    const anna = createPerson().reports(
      {},
      {
        readings: [
          { ...reading, value: 0.9 },
          { ...reading, value: 0.4, statistic: 'average' },
          { ...reading, value: 0.9 },
        ],
      },
    );
    expect(anna.mode).toBe('pattern');
    expect(anna.reports({ stress_level: 0.9 }).mode).toBe('pattern');
    expect(
      createPerson().reports({ stress_level: 0.4 }).reports({ stress_level: 0.9 }, { statistic: 'median' })
        .mode,
    ).toBe('reflex');
  });

  it('at equal times and kinds the smaller event id, whichever arrives first', () => {
    const calm = { ...eventOf(noon, { heart_rate: 70 }), event_id: 'a'.repeat(32) };
    const excited = { ...eventOf(noon, { heart_rate: 110 }), event_id: 'b'.repeat(32) };
    expect(createPerson().receives(calm).receives(excited).mode).toBe('pattern');
    expect(createPerson().receives(excited).receives(calm).last.rulesHeld).toEqual([]);
  });

  it('at equal times in two contexts likewise', () => {
    const calm = { ...eventOf(noon, { hrv_rmssd: 60 }, rest), event_id: 'b'.repeat(32) };
    const tense = { ...eventOf(noon, { hrv_rmssd: 20, readiness_score: 50 }), event_id: 'a'.repeat(32) };
    expect(createPerson().receives(calm).receives(tense).mode).toBe('reflex');
    const mean = eventOf(noon, { hrv_rmssd: 60 }, { ...rest, statistic: 'average' });
    expect(createPerson().receives(mean).receives(tense).mode).toBe('pattern');
    expect(createPerson().receives(tense).receives(mean).last.rulesHeld).toEqual([]);
  });
});

describe('history', () => {
  it('of thirty days, newest first, builds baselines and switches nothing', () => {
    const anna = createPerson();
    for (let one = 1; one <= 30; one += 1) {
      anna.reports(
        { hrv_rmssd: one % 2 === 0 ? 20 : 80, heart_rate: 120, stress_level: 1 },
        { ...asleep, ago: one * day + 1 },
      );
    }
    expect(anna.switches).toEqual(['none → pattern: first_decision']);
    expect(anna.state.newest.every((entry) => entry === 0)).toBe(true);
    expect(anna.reports({ hrv_rmssd: 20 }, asleep).mode).toBe('reflex');
  });
});

describe('fresh signals', () => {
  it('of more metrics and contexts than a person fills in a day: the oldest are dropped', () => {
    const anna = createPerson();
    const atRest = { heart_rate: 60, spo2: 97, respiratory_rate: 14, body_temperature: 36.6 };
    const tension = { hrv_rmssd: 60, hrv_sdnn: 60, stress_level: 0.2 };
    const scores = {
      readiness_score: 80,
      recovery_score: 80,
      resting_heart_rate: 50,
      sleep_score: 80,
      strain: 9,
    };
    for (const context of ['sleep', 'rest', 'unknown'] as const)
      anna.later(second).reports({ ...atRest, ...tension }, { context });
    anna.later(second).reports(scores);
    const times = anna.state.newest.flatMap((entry) => (entry === 0 ? [] : [entry[0] - noon]));
    expect(times).toHaveLength(16);
    expect(times.filter((time) => time === second)).toHaveLength(0);
    expect(times.filter((time) => time === 2 * second)).toHaveLength(4);
  });
});

describe('now', () => {
  it('never goes back: an event that arrives with an earlier time is decided at the latest now', () => {
    const anna = createPerson()
      .reports({ steps: 1 })
      .later(-hour)
      .reports({ heart_rate: 110 }, { ago: -5 * minute });
    expect(anna.state.now).toBe(noon);
    expect(anna.mode).toBe('pattern'); // measured 55 minutes before that now
  });
});

describe('events that no rule sees', () => {
  it('are decisions too', () => {
    const anna = createPerson()
      .reports({ steps: 5 })
      .reports({ sleep_score: 90 })
      .reports({ heart_rate: 70 }, { context: 'active' });
    expect(anna.decisions.map(({ state }) => state.seq)).toEqual([1, 2, 3]);
    expect(anna.switches).toEqual(['none → pattern: first_decision']);
  });

  it('with times that do not exist are decisions too', () => {
    const broken = { ...eventOf(noon, { heart_rate: 150 }), timestamp: 'soon', received_at: 'now' };
    expect(createPerson().receives(broken).state).toMatchObject({ seq: 1, mode: 'pattern', now: 0 });
    const end = { metric: 'heart_rate', value: 150, unit: '/min', end: 'later' };
    expect(createPerson().reports({}, { readings: [end] }).mode).toBe('pattern');
    expect(createPerson().receives({ ...broken, event_type: 'workout' }).mode).toBe('pattern');
  });
});
