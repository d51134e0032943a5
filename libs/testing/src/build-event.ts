import { createHash, randomBytes } from 'node:crypto';
import { utc, type BiometricEvent, type Reading } from '@bridge/contracts';
import { testMorning, testTime } from './test-times.ts';

/** A valid event of ours: a test gives the fields it cares about, the rest is plausible. Each call makes another `event_id`. */
export function buildEvent(given: Partial<BiometricEvent> = {}): BiometricEvent {
  const timestamp = given.timestamp ?? utc(testMorning);
  const digest = createHash('sha256').update(randomBytes(16)).digest('hex');
  return {
    event_id: digest.slice(0, 32),
    user_id: 'user-1',
    source: 'oura',
    event_type: 'readiness',
    timestamp,
    received_at: new Date(timestamp).toISOString(),
    version: 0,
    operation: 'upsert',
    readings: [buildReading()],
    provenance: {
      object_id: `object-${digest.slice(0, 8)}`,
      object_kind: 'client',
      reported: 'sensed',
      content_hash: digest,
      raw_sha256: digest,
      flags: [],
    },
    ...given,
  };
}

/** A night's RMSSD, unless a test says otherwise. */
export function buildReading(given: Partial<Reading> = {}): Reading {
  return { metric: 'hrv_rmssd', value: 45, unit: 'ms', ...given };
}

/** RMSSD and readiness of one person, so many minutes after the stories of tests begin. */
export function measured(userId: string, minute: number, rmssd: number, readiness: number): BiometricEvent {
  const timestamp = testTime(minute);
  return buildEvent({
    user_id: userId,
    timestamp,
    received_at: timestamp,
    readings: [
      { metric: 'hrv_rmssd', value: rmssd, unit: 'ms' },
      { metric: 'readiness_score', value: readiness, unit: '{score}' },
    ],
  });
}

/** A partner's shorthand, as the guide's Python producer writes it: plain JSON, no key, no id. */
export function buildPartnerMessage(given: Record<string, unknown> = {}): Buffer {
  const message = {
    user_id: 'test_user_123',
    device_id: 'oura_ring_456',
    event_type: 'heart_rate',
    timestamp: utc(testMorning).slice(0, -1),
    metrics: { hrv: 45, heart_rate: 72, stress_level: 0.7 },
    ...given,
  };
  return Buffer.from(JSON.stringify(message));
}
