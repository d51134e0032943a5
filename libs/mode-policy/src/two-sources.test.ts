import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  hour,
  minute,
  night,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';

describe('devices_disagree about one night', () => {
  const strap: EventOptions = { ...night, source: 'whoop' };
  const both = (ring: Values, other: Values) => {
    const anna = createPerson();
    for (let one = 0; one < 10; one += 1) anna.reports(ring, night).reports(other, strap).later(day);
    return anna.fromNow();
  };

  it.each<[string, Values, Values, Values, Values, string[]]>([
    [
      'RMSSD z 3 apart',
      { hrv_rmssd: 50 },
      { hrv_rmssd: 60 },
      { hrv_rmssd: 50 },
      { hrv_rmssd: 60 * Math.exp(0.31) },
      ['devices_disagree info'],
    ],
    [
      'RMSSD z 2.9 apart',
      { hrv_rmssd: 50 },
      { hrv_rmssd: 60 },
      { hrv_rmssd: 50 },
      { hrv_rmssd: 60 * Math.exp(0.29) },
      [],
    ],
    [
      'respiration',
      { respiratory_rate: 14 },
      { respiratory_rate: 15 },
      { respiratory_rate: 14 },
      { respiratory_rate: 16.6 },
      ['devices_disagree info'],
    ],
    ['SpO2', { spo2: 96 }, { spo2: 95 }, { spo2: 96 }, { spo2: 92.8 }, ['devices_disagree info']],
    [
      'pulse',
      { heart_rate: 55 },
      { resting_heart_rate: 52 },
      { heart_rate: 55 },
      { resting_heart_rate: 57 },
      ['devices_disagree info'],
    ],
    [
      'a constant difference',
      { heart_rate: 55 },
      { heart_rate: 75 },
      { heart_rate: 55 },
      { heart_rate: 75 },
      [],
    ],
  ])('%s', (_, ring, other, ringNow, otherNow, open) => {
    expect(both(ring, other).reports(ringNow, night).reports(otherNow, strap).open).toEqual(open);
  });

  it('is over within z 2, and when one is stale', () => {
    const anna = both({ hrv_rmssd: 50 }, { hrv_rmssd: 60 }).reports({ hrv_rmssd: 50 }, night);
    anna
      .reports({ hrv_rmssd: 82 }, strap)
      .later(day)
      .reports({ hrv_rmssd: 50 }, night)
      .reports({ hrv_rmssd: 72.5 }, strap);
    expect(anna.alerts.at(-1)).toBe('devices_disagree resolved recovered');
    const ben = both({ hrv_rmssd: 50 }, { hrv_rmssd: 60 })
      .reports({ hrv_rmssd: 50 }, night)
      .reports({ hrv_rmssd: 82 }, strap);
    expect(ben.waits(36 * hour).alerts.at(-1)).toBe('devices_disagree resolved stale');
  });
});

describe('the primary source', () => {
  const strap: EventOptions = { ...night, source: 'whoop' };
  const ringFirst = () => {
    const anna = createPerson();
    for (let one = 0; one < 14; one += 1) {
      anna.reports({ hrv_rmssd: 50 }, night);
      if (one > 4) anna.reports({ hrv_rmssd: 60 }, strap);
      anna.later(day);
    }
    return anna.fromNow();
  };

  it('decides where both have a value of one night', () => {
    const anna = ringFirst().reports({ hrv_rmssd: 50 }, night).reports({ hrv_rmssd: 40 }, strap);
    expect(anna.open).toEqual(['devices_disagree info']);
  });

  it('that arrives second withdraws what the other one fired', () => {
    const anna = ringFirst().reports({ hrv_rmssd: 40 }, strap);
    expect(anna.open).toEqual(['rmssd_drop info']);
    anna.later(minute).reports({ hrv_rmssd: 46 }, night);
    expect(anna.alerts).toContain('rmssd_drop resolved withdrawn');
  });

  it('that fires too keeps it', () => {
    const anna = ringFirst()
      .reports({ hrv_rmssd: 40 }, strap)
      .later(minute)
      .reports({ hrv_rmssd: 36 }, night);
    expect(anna.open).toEqual(['rmssd_drop info']);
  });
});
