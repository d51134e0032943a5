import { buildEvent } from '@bridge/testing';
import { DataKey, sealWith } from '@bridge/vault';
import { describe, expect, it } from 'vitest';
import { packEvents, unpackEvents, unsealEvents } from '../src/sealed-events.ts';

describe('packed events', () => {
  it('come out as they went in, and open', () => {
    const [key, subject] = [DataKey.random(), '00000000-0000-4000-8000-000000000000'];
    const events = [buildEvent(), buildEvent({ readings: [] })];
    const rows = events.map((event) => {
      const place = { table: 'biometric_events', column: 'payload', row: event.event_id, subject };
      return {
        eventId: Buffer.from(event.event_id, 'hex'),
        payload: sealWith(key, JSON.stringify(event), place),
      };
    });
    const unpacked = unpackEvents(packEvents(rows));
    expect(unpacked).toEqual(rows);
    expect(unsealEvents(unpacked, key, subject)).toEqual(events);
    expect(unpackEvents(packEvents([]))).toEqual([]);
  });
});
