import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeStages } from './merge-stages.ts';
import { stageSpan, type StageSpan } from './sleep-stages.ts';

const minuteMs = 60_000;
const beginMs = Date.parse('2026-07-05T20:00:00Z');
const values = { light: 'Core', deep: 'Deep', rem: 'REM', awake: 'Awake', inBed: 'In Bed' } as const;

/** From one minute of the night to another. */
function span(from: number, to: number, value: string): StageSpan {
  const date = (minute: number) => new Date(beginMs + minute * minuteMs).toISOString();
  const made = stageSpan(
    { startDate: date(from), endDate: date(to), value, qty: (to - from) / 60 },
    () => undefined,
  );
  if (made === undefined) throw new Error('no stage');
  return made;
}

const minuteOf = (ms: number) => (ms - beginMs) / minuteMs;
const shown = (spans: readonly StageSpan[]) =>
  spans.map(({ stage, startMs, endMs }) => `${stage} ${minuteOf(startMs)}-${minuteOf(endMs)}`);

describe('two tellings of a night', () => {
  it('that touch are both, and a stage cut between them is one again', () => {
    const evening = [span(0, 100, 'Core'), span(100, 240, 'Deep')];
    const morning = [span(240, 260, 'Deep'), span(260, 400, 'REM')];
    const whole = ['light 0-100', 'deep 100-260', 'rem 260-400'];
    expect(shown(mergeStages(evening, morning))).toEqual(whole);
    expect(shown(mergeStages(morning, evening))).toEqual(whole);
  });

  it('that both tell of the stage between them have it once', () => {
    const evening = [span(0, 220, 'Core'), span(220, 260, 'Deep')];
    const morning = [span(220, 260, 'Deep'), span(260, 400, 'REM')];
    expect(shown(mergeStages(morning, evening))).toEqual(['light 0-220', 'deep 220-260', 'rem 260-400']);
  });

  it('keep what was known outside the span that is told now, cut where it begins and ends', () => {
    const merged = mergeStages([span(0, 400, 'Core')], [span(100, 150, 'REM'), span(200, 250, 'Core')]);
    expect(shown(merged)).toEqual(['light 0-100', 'rem 100-150', 'light 200-400']);
    expect(merged[0]?.raw).toMatchObject({
      value: 'Core',
      qty: undefined,
      endDate: '2026-07-05T21:40:00.000Z',
    });
  });

  it('do not hide each other behind the time in bed of the whole night', () => {
    const bed = span(0, 400, 'In Bed');
    const evening = [bed, span(10, 240, 'Core')];
    const morning = [bed, span(240, 390, 'REM')];
    expect(shown(mergeStages(evening, morning))).toEqual(['inBed 0-400', 'light 10-240', 'rem 240-390']);
  });
});

describe('properties', () => {
  /** Stretches one after another, some with nothing told between them. */
  const night = fc
    .array(
      fc.tuple(fc.constantFrom('Core', 'Deep', 'REM', 'Awake'), fc.integer({ min: 1, max: 90 }), fc.nat(2)),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .chain((stretches) =>
      fc.nat(300).map((first) => {
        let at = first;
        return stretches.map(([value, minutes, gap]) => {
          const made = span(at, at + minutes, value);
          at += minutes + (gap === 0 ? 20 : 0);
          return made;
        });
      }),
    );
  /** Of each minute, which stages were told of it. */
  function minutes(spans: readonly StageSpan[]): Map<number, StageSpan['stage']> {
    const told = new Map<number, StageSpan['stage']>();
    for (const { stage, startMs, endMs } of spans) {
      for (let at = minuteOf(startMs); at < minuteOf(endMs); at += 1) {
        if (told.has(at)) throw new Error('a minute is told twice');
        told.set(at, stage);
      }
    }
    return told;
  }
  const hull = (spans: readonly StageSpan[]) => ({
    from: Math.min(...spans.map(({ startMs }) => minuteOf(startMs))),
    to: Math.max(...spans.map(({ endMs }) => minuteOf(endMs))),
  });
  /** What a window from one minute to another tells: stretches are cut at its edges. */
  const windowOf = (spans: readonly StageSpan[], from: number, to: number) =>
    spans.flatMap((one) => {
      const start = Math.max(from, minuteOf(one.startMs));
      const end = Math.min(to, minuteOf(one.endMs));
      return start < end ? [span(start, end, values[one.stage as keyof typeof values])] : [];
    });
  const cutAnywhere = fc.integer({ min: 0, max: 900 });

  it('each minute is told by the last that spoke of its time, once', () => {
    fc.assert(
      fc.property(night, night, (known, told) => {
        const { from, to } = hull(told);
        const outside = [...minutes(known)].filter(([at]) => at < from || at >= to);
        const expected = new Map([...outside, ...minutes(told)]);
        expect(minutes(mergeStages(known, told))).toEqual(expected);
      }),
    );
  });

  it('it does not matter which half of a night comes first, nor how often it comes', () => {
    fc.assert(
      fc.property(night, cutAnywhere, (whole, cut) => {
        const [one, two] = [windowOf(whole, 0, cut), windowOf(whole, cut, 1_800)];
        const put = (...tellings: (readonly StageSpan[])[]) =>
          minutes(tellings.reduce((known, told) => mergeStages(known, told), []));
        expect(put(one, two)).toEqual(minutes(whole));
        expect(put(two, one)).toEqual(minutes(whole));
        expect(put(one, two, two, one)).toEqual(minutes(whole));
        expect(put(one, whole)).toEqual(minutes(whole));
        expect(put(whole, two, one)).toEqual(minutes(whole));
      }),
    );
  });

  it('a window told again leaves the very stretches, and no seam stays', () => {
    fc.assert(
      fc.property(night, cutAnywhere, cutAnywhere, (whole, from, to) => {
        const again = windowOf(whole, Math.min(from, to), Math.max(from, to));
        const joined = mergeStages(whole, again);
        expect(joined.length).toBeLessThanOrEqual(whole.length);
        expect(minutes(joined)).toEqual(minutes(whole));
        expect(shown(mergeStages(joined, again))).toEqual(shown(joined));
      }),
    );
  });
});
