import { fieldAtFault, type DeadLetterReason, type DropReason, type Problem } from '@bridge/contracts';
import type { FirstCopy } from '@bridge/history';
import type { DecodeReason } from '@bridge/kafka';

/** Why nothing was decided on a message or an event. A closed set. */
export type NotDecidedReason =
  | DropReason
  | DeadLetterReason
  | DecodeReason
  | 'duplicate'
  | 'duplicate_conflict'
  | 'erased'
  | 'unclassified'
  | 'waiting'
  | 'not_retained'
  | 'not_written'
  | 'unknown';

/** Ends of "was not decided because …". Those of duplicates name the first one: see `describeRepetition`. */
const because: Readonly<Record<Exclude<NotDecidedReason, 'duplicate' | 'duplicate_conflict'>, string>> = {
  tombstone: 'it has no value',
  out_of_range: 'it was measured longer ago than events are kept',
  erased: 'its person was erased',
  malformed: 'it is neither a frame nor strict JSON, or it does not fit its schema',
  unknown_schema: 'the registry has no schema under the id that it names',
  unreadable_schema: 'the schema that it names cannot be used',
  unclassified: 'deciding it failed each time, also alone; the log of cognition names the error',
  too_large: 'it is longer than a message may be, or holds too many events',
  invalid_event: 'it does not have the form of an event',
  reserved_source: 'it names a source that is reserved, and does not carry our signature',
  no_identity: 'it has neither an id nor a time',
  future_timestamp: 'it was measured in the future',
  no_readings: 'it holds no readings',
  too_many_readings: 'it holds more readings than one event may have',
  unknown_unit: 'it gives a value in a unit that its metric does not have',
  implausible_value: 'it gives a value outside the plausible range of its metric',
  waiting: 'cognition has not read this far yet',
  not_retained:
    'it is no longer retained, so it cannot be read again; no dead letter of it is retained either',
  not_written: 'the log ends before it: no such message was written yet',
  unknown: 'cognition passed it without a trace in the tables or among the dead letters',
};

/** Why nothing was decided, as the end of a sentence. A reason of a newer version stands for itself. */
export function becauseOf(reason: string, fault?: string): string {
  const known = because[reason as keyof typeof because] as string | undefined;
  return `${known ?? `of the reason ${reason}`}${fault === undefined ? '' : ` (${fault})`}`;
}

/** The first field at fault and its rule, never the value. */
export function describeFault(problems: readonly Problem[]): string | undefined {
  const fault = fieldAtFault(problems);
  if (fault === undefined) return undefined;
  return fault.path === '' ? fault.message : `${fault.path} ${fault.message}`;
}

/** The end of "was not decided because …" for a repetition. */
export function describeRepetition(first: FirstCopy, hasSameContent: boolean): string {
  const place = first.origin === null ? '' : ` at ${first.origin}`;
  const decided = `was read first${place}, received at ${first.received_at} and decided as number ${first.seq} of its person`;
  return hasSameContent
    ? `it repeats event ${first.event_id}, which ${decided}`
    : `it has the id of event ${first.event_id} with other content; that event ${decided}, and a correction needs a version`;
}
