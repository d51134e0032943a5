import { createHash } from 'node:crypto';
import { interpretEvent, metricNamed } from '@bridge/contracts';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hourMs } from './life/day-number.ts';
import { healthyProfiles } from './life/profile.ts';
import { simulatePerson, type Life } from './simulate-person.ts';
import { toBiometricEvent } from './wire/to-biometric-event.ts';

const from = '2026-03-02';
const life: Life = { seed: 7, profile: healthyProfiles.ringAndWatch, from, days: 21 };
const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

afterEach(() => vi.restoreAllMocks());

describe('the same input gives the same events', () => {
  it('without clock and chance', () => {
    const forbidden = () => expect.unreachable('asked for the time or for chance');
    vi.spyOn(Date, 'now').mockImplementation(forbidden);
    vi.spyOn(Math, 'random').mockImplementation(forbidden);
    expect(simulatePerson(life)).toEqual(simulatePerson(life));
  });

  // A new hash is right when the model was changed on purpose; on another machine or Node it must be this one.
  it('on every machine', () => {
    const lives = Object.values(healthyProfiles).map((profile) => ({ ...life, profile }));
    expect(sha256(lives.flatMap(simulatePerson).map(toBiometricEvent))).toBe(
      'ea44c26ef60dc3cdded3154d1df2f82f9891d51174e0de625efac143810964e4',
    );
  });

  it('and another seed gives another person', () => {
    expect(simulatePerson({ ...life, seed: 8, userId: 'person-7' })).not.toEqual(simulatePerson(life));
  });

  it('whatever day the span begins on', () => {
    const later = simulatePerson({ ...life, from: '2026-03-09', days: 14 });
    const objects = new Set(simulatePerson(life).map((event) => JSON.stringify(event)));
    expect(later.length).toBeGreaterThan(500);
    expect(later.filter((event) => !objects.has(JSON.stringify(event)))).toEqual([]);
  });
});

it('events come in order of arrival, none before it was measured', () => {
  const events = simulatePerson(life);
  for (const [nr, { measuredAt, receivedAt }] of events.entries()) {
    expect(receivedAt).toBeGreaterThanOrEqual(measuredAt);
    expect(receivedAt).toBeGreaterThanOrEqual(events[nr - 1]?.receivedAt ?? 0);
  }
});

it('every version of an object is there once', () => {
  const keys = simulatePerson({ ...life, days: 60 }).map(({ objectId, version }) => `${objectId} ${version}`);
  expect(new Set(keys).size).toBe(keys.length);
});

it('every reading of everybody is within the metric dictionary, in unit and range', () => {
  const anybody = fc.record({
    seed: fc.nat(),
    profile: fc.constantFrom(...Object.values(healthyProfiles)),
    from: fc.date({ min: new Date(0), max: new Date('2090-01-01'), noInvalidDate: true }).map(dateOnly),
    illness: fc.constantFrom(undefined, { from: '2026-03-01', days: 5 }),
  });
  fc.assert(
    fc.property(anybody, (somebody) => {
      for (const event of simulatePerson({ ...somebody, days: 3 })) {
        const body = toBiometricEvent(event);
        for (const { metric, value, unit } of body.readings) {
          const entry = metricNamed(metric);
          expect(unit).toBe(entry?.unit);
          expect(value).toBeGreaterThanOrEqual(entry?.min ?? Infinity);
          expect(value).toBeLessThanOrEqual(entry?.max ?? -Infinity);
        }
        const message = { body, raw: Buffer.alloc(0), brokerTime: event.receivedAt, trusted: true };
        expect(interpretEvent(message)).toEqual({ kind: 'ok', value: body });
      }
    }),
    { numRuns: 40 },
  );
});

function dateOnly(date: Date): string {
  return date.toISOString().slice(0, 10);
}

it('what is injected changes nothing outside its time', () => {
  const at = Date.parse('2026-03-10T14:00:00Z');
  const text = (lived: Life) =>
    simulatePerson(lived)
      .filter(({ measuredAt }) => measuredAt < at || measuredAt > at + hourMs)
      .map((event) => JSON.stringify(event));
  const episodes = [{ kind: 'high_pulse_at_rest', at, minutes: 60 } as const];
  expect(text({ ...life, episodes })).toEqual(text(life));
});

it('refuses a date that is none', () => {
  expect(() => simulatePerson({ ...life, from: '1.3.2026' })).toThrow('not a date: 1.3.2026');
});
