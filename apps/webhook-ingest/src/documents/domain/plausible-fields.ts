import { normalizeReading, type DeadLetterReason, type GivenReading } from '@bridge/contracts';
import { isFaulty, type LostField } from './lost-field.ts';
import type { NormalObject } from './normalized.ts';

type PlausibleFields = {
  /** With the readings that are plausible; it may have none. */
  readonly object: NormalObject;
  readonly lost: readonly LostField[];
  /** Of the first implausible reading. */
  readonly reason: DeadLetterReason | undefined;
};

/**
 * Leaves out each reading that cannot be, with a word about its field: the others are none the worse for it. A zero where
 * the metric's range has none was not measured.
 */
export function plausibleFields(object: NormalObject, arrivalMs: number): PlausibleFields {
  const lost: LostField[] = [...(object.lost ?? [])];
  const readings: GivenReading[] = [];
  let reason: DeadLetterReason | undefined;
  for (const given of object.readings) {
    const made = normalizeReading(given, arrivalMs, new Set());
    if (made === undefined || !('reason' in made)) {
      readings.push(given);
      continue;
    }
    const isZero = given.value === 0 && made.reason === 'implausible_value';
    if (!isZero) reason ??= made.reason;
    lost.push({ why: isZero ? 'not_measured' : 'implausible', ...made.problem });
  }
  const isComplete = lost.length === 0;
  const flags = [...(object.flags ?? []), 'fields_left_out' as const];
  return { object: isComplete ? object : { ...object, readings, flags }, lost, reason };
}

/** Those to show to operators, a few at most. */
export function faultyFields(lost: readonly LostField[]): readonly { path: string; message: string }[] {
  return lost
    .filter(isFaulty)
    .slice(0, 20)
    .map(({ path, message }) => ({ path, message }));
}
