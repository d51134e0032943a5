import type { BiometricEvent } from '@bridge/contracts';
import { unsealWith, type DataKey } from '@bridge/vault';

/** A stored event as it lies in the table. */
export type SealedEvent = { readonly eventId: Buffer; readonly payload: Buffer };

const idBytes = 16;
const headBytes = idBytes + 4;

/** One buffer for another thread: a row's own buffer is a piece of a larger one, which would be copied as a whole. */
export function packEvents(rows: readonly SealedEvent[]): Buffer<ArrayBuffer> {
  const bytes = rows.reduce((sum, { payload }) => sum + headBytes + payload.length, 0);
  const packed = Buffer.from(new ArrayBuffer(bytes));
  let at = 0;
  for (const { eventId, payload } of rows) {
    eventId.copy(packed, at);
    packed.writeInt32BE(payload.length, at + idBytes);
    payload.copy(packed, at + headBytes);
    at += headBytes + payload.length;
  }
  return packed;
}

export function unpackEvents(packed: Buffer): SealedEvent[] {
  const rows: SealedEvent[] = [];
  for (let at = 0; at < packed.length;) {
    const from = at + headBytes;
    const to = from + packed.readInt32BE(at + idBytes);
    rows.push({ eventId: packed.subarray(at, at + idBytes), payload: packed.subarray(from, to) });
    at = to;
  }
  return rows;
}

/** Our own rows: their form was checked before they were sealed. */
export function unsealEvents(rows: readonly SealedEvent[], key: DataKey, subject: string): BiometricEvent[] {
  return rows.map(({ eventId, payload }) => {
    const place = { table: 'biometric_events', column: 'payload', row: eventId.toString('hex'), subject };
    return JSON.parse(unsealWith(key, payload, place).toString()) as BiometricEvent;
  });
}
