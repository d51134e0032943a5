import type { BiometricEvent } from '@bridge/contracts';

/** The part of an event's content hash that is kept under its key: eight bytes, in hex. */
export function contentHashOf({ provenance }: BiometricEvent): string {
  return provenance.content_hash.slice(0, 16);
}
