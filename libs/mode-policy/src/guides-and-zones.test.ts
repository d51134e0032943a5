import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, night, noon, type EventOptions } from '../test/policy-story.ts';

// The guides' own examples, and one night in seven time zones.

const varied = (base: number, spread: number) => (one: number) => base + spread * Math.sin(one * 2.4);

describe("the guides' examples", () => {
  it('an Oura body of 25 ms and readiness 65 is a stress overload', () => {
    const anna = createPerson().reports({ hrv_rmssd: 25, readiness_score: 65 }, { type: 'readiness' });
    expect(anna.switches).toEqual(['none → reflex: stress_overload']);
    expect(anna.last.transition?.confidence).toBe(0.85);
  });

  it('a partner message of 45 ms, 72/min and 0.7 is nothing', () => {
    const anna = createPerson().reports(
      { hrv_rmssd: 45, heart_rate: 72, stress_level: 0.7 },
      { source: 'partner', type: 'heart_rate' },
    );
    expect(anna.switches).toEqual(['none → pattern: first_decision']);
  });

  it('a partner message of 25 ms with readiness 65 is a stress overload', () => {
    const anna = createPerson().reports({ hrv_rmssd: 25, readiness_score: 65 }, { source: 'partner' });
    expect(anna.switches).toEqual(['none → reflex: stress_overload']);
  });
});

it('the same documents in seven time zones, delivered at 07:30 local, give the same decisions', () => {
  const offsets = ['-08:00', '-03:30', '+00:00', '+01:00', '+05:30', '+09:00', '+13:00'];
  const lives = offsets.map((offset) => {
    const minutes =
      (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
    const anna = createPerson({ now: noon - 4.5 * hour - minutes * minute });
    const steps: EventOptions = { source: 'oura', type: 'activity', over: day, ago: 7.5 * hour, offset };
    anna.lived(
      45,
      (one) => ({
        hrv_rmssd: varied(one > 42 ? 36 : 50, 4)(one),
        heart_rate: varied(one > 42 ? 62 : 55, 1.5)(one + 1),
        respiratory_rate: varied(one > 42 ? 17 : 14, 0.4)(one + 2),
        skin_temp_deviation: varied(one > 42 ? 1 : 0, 0.15)(one + 3),
        spo2: 96,
      }),
      { ...night, ago: minute, offset },
    );
    anna
      .reports({ steps: 3_000 }, steps)
      .reports({ readiness_score: 55 }, { type: 'readiness', ago: minute, offset });
    return { alerts: anna.alerts, switches: anna.switches, insights: anna.insights };
  });
  for (const life of lives) expect(life).toEqual(lives[0]);
  expect(lives[0]?.alerts.length).toBeGreaterThan(0);
});
