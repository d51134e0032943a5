import { flatBodyToEvent, type BiometricEvent, type Problem } from '@bridge/contracts';
import { isManualBody, isManualDelete } from './manual-body.ts';
import { isDeclaration, manualDeclaration } from './manual-declaration.ts';
import { manualEvent, type ManualReading } from './manual-event.ts';
import type { BodyElement } from './split-batch.ts';

/** An event that a body became, and the bytes that it came as. */
export type EventDraft = {
  readonly event: BiometricEvent;
  readonly raw: Buffer;
  /** How readings by hand were understood; undefined for a flat body. */
  readonly readings?: readonly ManualReading[];
};

export type InterpretedBody =
  | ({ readonly kind: 'event' } & EventDraft)
  | { readonly kind: 'malformed' }
  | { readonly kind: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] };

type Context = {
  readonly source: string;
  readonly arrivalMs: number;
  readonly retentionDays: number;
};

/** A flat body; of the source `manual` also a list of readings, a profile or an answer. */
export function interpretBody({ raw, value }: BodyElement, { source, ...arrival }: Context): InterpretedBody {
  if (value === undefined) return { kind: 'malformed' };
  const isByHand = source === 'manual' && isManualBody(value);
  if (isByHand && !isManualDelete(value)) {
    const made = manualEvent(value, { raw, ...arrival });
    return made.kind === 'ok' ? { kind: 'event', raw, event: made.event, readings: made.readings } : made;
  }
  if (source === 'manual' && isDeclaration(value)) {
    const made = manualDeclaration(value, { raw, ...arrival });
    return made.kind === 'ok' ? { kind: 'event', raw, event: made.event } : made;
  }
  const made = flatBodyToEvent(value, { source, raw, ...arrival });
  if (made.kind !== 'ok') return made;
  return { kind: 'event', raw, event: made.value, ...(isByHand && { readings: [] }) };
}
