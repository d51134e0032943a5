import { describe, expect, it } from 'vitest';
import { createPerson, hour, minute, night, type EventOptions } from '../test/policy-story.ts';

const rest: EventOptions = { context: 'rest' };

describe('a decision tells the last state of an alert once', () => {
  it('with the highest severity, in the words of the strongest firing', () => {
    const anna = createPerson().reports({ body_temperature: 40.6 });
    expect(anna.messages('temperature')).toMatchObject([
      { severity: 'critical', summary: 'Body temperature 40.6 °C; the limit is 40.5 °C.', index: 0 },
    ]);
    const both = createPerson().reports({ spo2: 85 }, rest).later(minute);
    const asleep = { over: 8 * hour, context: 'sleep' as const, statistic: 'average' as const };
    const values = [
      { metric: 'spo2', value: 85, unit: '%', context: 'rest' as const },
      {
        metric: 'spo2',
        value: 88,
        unit: '%',
        context: asleep.context,
        statistic: asleep.statistic,
        ...times(both.now),
      },
    ];
    both.reports({}, { readings: values });
    expect(both.messages('spo2_low')).toMatchObject([
      { severity: 'critical', summary: 'Oxygen saturation 85 %, at or below 91 %.' },
    ]);
  });

  it('when it is confirmed again', () => {
    const anna = createPerson()
      .reports({ body_temperature: 40.6 })
      .waits(61 * minute)
      .fromNow();
    anna.reports({ body_temperature: 40.7 });
    expect(anna.messages('temperature')).toMatchObject([
      { severity: 'critical', summary: 'Body temperature 40.7 °C; the limit is 40.5 °C.' },
    ]);
  });

  it('when it becomes unconfirmed', () => {
    const anna = createPerson().reports({ body_temperature: 40.6 }).fromNow();
    expect(anna.waits(61 * minute).alerts).toEqual(['temperature unconfirmed critical']);
  });

  it.each([
    [33, '2026-11-21T21:01:00.000Z'],
    [0, '2026-11-20T12:01:00.000Z'],
  ])('since the newest measurement of all parts, %s h apart', (apart, since) => {
    const anna = createPerson()
      .reports({ spo2: 88 }, night)
      .later(apart * hour);
    anna
      .repeats(2, minute, { spo2: 85 }, rest)
      .fromNow()
      .waits((35 - apart) * hour);
    expect(anna.messages('spo2_low')).toMatchObject([{ status: 'unconfirmed', unconfirmed_since: since }]);
  });
});

function times(now: number) {
  return { start: new Date(now - 9 * hour).toISOString(), end: new Date(now - hour).toISOString() };
}
