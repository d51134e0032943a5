import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, night, second, type EventOptions } from '../test/policy-story.ts';

// What a rule did not fire on may be corrected or deleted: the alert stays.

const manual = (object: string, version = 1): EventOptions => ({ source: 'manual', object, version });
const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const strap: EventOptions = { context: 'rest', source: 'whoop', device: 'strap' };

describe('an unconfirmed alert stays open', () => {
  it("when yesterday's temperature is corrected", () => {
    const anna = createPerson().reports({ body_temperature: 37 }, manual('a'));
    anna
      .later(day)
      .reports({ body_temperature: 40.6 }, manual('b'))
      .waits(2 * hour);
    const before = anna.open;
    anna.reports({ body_temperature: 37.1 }, { ...manual('a', 2), ago: day + 2 * hour });
    expect(anna.open).toEqual(before);
    expect(before).toEqual(['temperature critical unconfirmed']);
  });

  it("when another device's temperature is deleted", () => {
    const other: EventOptions = { source: 'partner', device: 'thermometer', object: 'a' };
    const anna = createPerson()
      .reports({ body_temperature: 36.5 }, { ...other, version: 1 })
      .later(5 * minute);
    anna.reports({ body_temperature: 40.7 }, manual('b')).waits(2 * hour);
    anna.reports({}, { ...other, version: 2, operation: 'delete', ago: 2 * hour + 5 * minute });
    expect(anna.open).toEqual(['temperature critical unconfirmed']);
  });

  it('when the night before is deleted', () => {
    const anna = createPerson().lived(28, (nr) => ({ hrv_rmssd: 60 + 5 * Math.sin(nr * 2.4) }), night);
    anna
      .reports({ hrv_rmssd: 60 }, { ...night, object: 'a', version: 1 })
      .later(day)
      .fromNow();
    anna.reports({ hrv_rmssd: 40 }, { ...night, ago: 20 * hour, object: 'b', version: 1 }).waits(20 * hour);
    const before = anna.open;
    const ago = day + 21 * hour;
    anna.reports({}, { ...night, object: 'a', version: 2, operation: 'delete', ago });
    expect(anna.open).toEqual(before);
    expect(before).toHaveLength(1);
  });
});

it('is withdrawn when the night it fired on is deleted, however late', () => {
  const anna = createPerson()
    .reports({ body_temperature: 40.6 }, manual('a'))
    .waits(2 * hour);
  anna.reports({}, { ...manual('a', 2), operation: 'delete', ago: 2 * hour });
  expect(anna.open).toEqual([]);
});

describe('two devices that contradict each other', () => {
  const usual = (nr: number) => ({ hrv_rmssd: 60 + 5 * Math.sin(nr * 2.4) });

  it.each([false, true])(
    'hold a high pulse back for ten minutes, whether a ring is worn or not (%s)',
    (isWorn) => {
      const anna = isWorn ? createPerson().lived(28, usual, night).fromNow() : createPerson();
      if (isWorn) anna.reports({ hrv_rmssd: 60 }, night);
      anna.reports({ heart_rate: 150 }, rest);
      for (let nr = 0; nr < 16; nr += 1) {
        anna.later(30 * second).reports({ heart_rate: 89 }, strap);
        anna.later(30 * second).reports({ heart_rate: 150 }, rest);
      }
      expect(anna.open).toContain('pulse_high warning');
    },
  );

  it('ask nothing where no rule waits for it', () => {
    const anna = createPerson().lived(28, usual, night).fromNow().reports({ hrv_rmssd: 60 }, night);
    anna
      .reports({ heart_rate: 97 }, rest)
      .later(30 * second)
      .reports({ heart_rate: 62 }, strap);
    anna.later(30 * second).reports({ heart_rate: 97 }, rest);
    expect([anna.mode, anna.open]).toEqual(['pattern', []]);
  });
});
