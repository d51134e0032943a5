import { biometricEventSchema, flatBodyToEvent, interpretEvent, type Reading } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import type { SimulatedEvent } from '../devices/simulated-event.ts';
import { healthyProfiles } from '../life/profile.ts';
import { simulatePerson } from '../simulate-person.ts';
import { rfc3339 } from './rfc3339.ts';
import { toBiometricEvent } from './to-biometric-event.ts';
import { toFlatBody } from './to-flat-body.ts';
import { toPartnerMessage, toPartnerShorthand } from './to-partner-message.ts';

const events = Object.values(healthyProfiles).flatMap((profile, nr) =>
  simulatePerson({ seed: nr, profile, from: '2026-03-02', days: 8 }),
);
const raw = Buffer.from('{}');
const values = (readings: readonly Reading[]) => readings.map(({ metric, value }) => [metric, value]);

function partnerEvent(body: unknown, { receivedAt }: SimulatedEvent) {
  const outcome = interpretEvent({ body, raw, brokerTime: receivedAt, trusted: false });
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

it('our own event is what the contract says', () => {
  for (const event of events)
    expect(biometricEventSchema.safeParse(toBiometricEvent(event)).error).toBeUndefined();
});

it('the flat body of every event is accepted, with the same time', () => {
  for (const event of events) {
    const { source, receivedAt } = event;
    const outcome = flatBodyToEvent(toFlatBody(event), { source, raw, arrivalMs: receivedAt });
    if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
    expect(outcome.value).toMatchObject({ source, timestamp: toBiometricEvent(event).timestamp });
    expect(outcome.value.provenance.flags).toEqual([]);
  }
});

it('a flat body holds the newest sample of a series, and its context', () => {
  const series = events.find(({ source, readings }) => source === 'oura' && readings.length === 6);
  if (!series) throw new Error('no series');
  const last = series.readings.at(-1);
  const body = toFlatBody(series);
  expect(body.heart_rate).toBe(last?.value);
  expect(body.context).toBe(last?.context);
});

it('a partner says the same in full, and the newest of each in shorthand', () => {
  for (const event of events) {
    const full = partnerEvent(toPartnerMessage(event, 'acme'), event);
    expect(full).toMatchObject({ source: 'acme', timestamp: toBiometricEvent(event).timestamp });
    expect(full.readings).toEqual(toBiometricEvent(event).readings);
    const short = partnerEvent(toPartnerShorthand(event), event);
    for (const pair of values(short.readings)) expect(values(full.readings)).toContainEqual(pair);
  }
});

it('shorthand has the guides’ names', () => {
  const readiness = events.find(({ eventType }) => eventType === 'readiness');
  if (!readiness) throw new Error('no readiness');
  expect(toPartnerShorthand(readiness).metrics).toHaveProperty('readiness');
});

describe('rfc3339', () => {
  it.each([
    [0, '2026-03-01T07:05:00.000Z'],
    [345, '2026-03-01T12:50:00.000+05:45'],
    [-210, '2026-03-01T03:35:00.000-03:30'],
  ])('%i minutes east', (offset, text) => {
    expect(rfc3339(Date.parse('2026-03-01T07:05:00Z'), offset)).toBe(text);
    expect(Date.parse(text)).toBe(Date.parse('2026-03-01T07:05:00Z'));
  });
});
