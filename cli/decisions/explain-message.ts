import { consumerGroups, type BiometricEvent } from '@bridge/contracts';
import { contentHashOf, decisionOn, type Archive, type DecidedEvent } from '@bridge/decision-store';
import { explainDecisions, type Explanation, type FirstCopy } from '@bridge/history';
import { createEventKeys } from '@bridge/postgres';
import { originOf, type MessageLog, type MessageMeaning } from './message-log.ts';
import { becauseOf, describeRepetition, type NotDecidedReason } from './not-decided.ts';

export type MessagePlace = { readonly partition: number; readonly offset: number };

/**
 * Explains the message at a place of `biometric.events`: it is read and interpreted again while it is retained; after that
 * its dead letter says why nothing was decided, while that is retained.
 */
export async function explainMessage(
  archive: Archive,
  log: MessageLog,
  place: MessagePlace,
): Promise<Explanation[]> {
  const origin = originOf({ topic: log.topic, ...place });
  const end = (await log.ends(log.topic)).find(({ partition }) => partition === place.partition);
  if (end === undefined) throw new Error(`${log.topic} has no partition ${place.partition}.`);
  if (place.offset >= end.high) return [notDecided({ origin, reason: 'not_written' })];
  if (place.offset >= (await positionOf(archive, log.topic, place.partition)))
    return [notDecided({ origin, reason: 'waiting' })];
  const message =
    place.offset < end.low ? undefined : await log.read(log.topic, place.partition, place.offset);
  if (message === undefined) return fromDeadLetters(log, origin, 'not_retained');
  const explanations: Explanation[] = [];
  const seen = new Map<string, number>();
  for (const meaning of await log.interpret(message)) {
    const repeated = repetitionWithin(meaning, seen, origin);
    explanations.push(...(repeated ?? (await explainMeaning(archive, log, { meaning, place, origin }))));
  }
  return explanations;
}

/** Two elements of one list with one id: the first was decided. */
function repetitionWithin(
  { outcome, element }: MessageMeaning,
  seen: Map<string, number>,
  origin: string,
): Explanation[] | undefined {
  if (outcome.kind !== 'event' || element === undefined) return undefined;
  const { event_id } = outcome.event;
  const first = seen.get(event_id);
  if (first === undefined) {
    seen.set(event_id, element);
    return undefined;
  }
  const because = `it repeats event ${event_id}, which is element ${first} of the same message`;
  return [notDecided({ origin: `${origin}, element ${element},`, reason: 'duplicate', because, event_id })];
}

type Subject = { readonly meaning: MessageMeaning; readonly place: MessagePlace; readonly origin: string };

async function explainMeaning(archive: Archive, log: MessageLog, subject: Subject): Promise<Explanation[]> {
  const { outcome, element } = subject.meaning;
  const origin = element === undefined ? subject.origin : `${subject.origin}, element ${element},`;
  if (outcome.kind !== 'event') {
    const { reason, fault } = outcome;
    return [notDecided({ origin, reason, because: becauseOf(reason, fault) })];
  }
  const { event } = outcome;
  const { event_id } = event;
  const person = (await archive.vault.find([event.user_id])).get(event.user_id);
  if (person?.erased === true) return [notDecided({ origin, reason: 'erased', event_id })];
  const decided = person && (await decisionOn(archive.query, archive.vault, event_id, person));
  if (decided === undefined) {
    const gone = await explainDecisions(archive, event_id);
    return gone.length > 0 ? gone : fromDeadLetters(log, subject.origin, 'unknown', event_id);
  }
  const { partition, offset } = subject.place;
  if (decided.partition === null || (decided.partition === partition && decided.offset === offset))
    return explainDecisions(archive, event_id);
  return [await repetition(archive, log, { event, decided, origin })];
}

async function repetition(
  { query }: Archive,
  log: MessageLog,
  { event, decided, origin }: { event: BiometricEvent; decided: DecidedEvent; origin: string },
): Promise<Explanation> {
  const { event_id } = event;
  const { partition, offset, seq, receivedAt } = decided;
  const known = await createEventKeys('cognition').known(query, [event_id]);
  const hasSameContent = known.get(event_id) === contentHashOf(event);
  const first: FirstCopy = {
    event_id,
    origin: partition === null || offset === null ? null : originOf({ topic: log.topic, partition, offset }),
    received_at: receivedAt.toISOString(),
    seq,
  };
  return notDecided({
    ...{ origin, event_id, first },
    reason: hasSameContent ? 'duplicate' : 'duplicate_conflict',
    because: describeRepetition(first, hasSameContent),
  });
}

/** The reason that cognition gave, where its dead letter is retained. */
async function fromDeadLetters(
  log: MessageLog,
  origin: string,
  otherwise: NotDecidedReason,
  event_id?: string,
): Promise<Explanation[]> {
  const letters = await log.deadLettersOf(origin);
  if (letters.length === 0) return [notDecided({ origin, reason: otherwise, event_id })];
  return letters.map(({ reason, fault }) =>
    notDecided({ origin, reason, because: becauseOf(reason, fault), event_id }),
  );
}

/** The next offset that cognition will read; 0 where it has read nothing. */
async function positionOf({ query }: Archive, topic: string, partition: number): Promise<number> {
  const [row] = await query<{ next: number }>(
    `select next_offset next from cognition.positions where consumer = $1 and topic = $2 and partition = $3`,
    [consumerGroups.decisions, topic, partition],
  );
  return row?.next ?? 0;
}

type NotDecided = {
  /** The message, as the sentence names it. */
  readonly origin: string;
  readonly reason: string;
  readonly because?: string;
  readonly event_id?: string | undefined;
  readonly first?: FirstCopy;
};

function notDecided({
  origin,
  reason,
  because = becauseOf(reason),
  event_id,
  first,
}: NotDecided): Explanation {
  return {
    finding: { kind: 'not_decided', reason, because, origin: origin.replace(/,$/, ''), event_id, first },
    text: `${origin} was not decided because ${because}.`,
    // A message that left no trace is a fault; every other reason is an answer.
    isFine: reason !== 'unknown',
  };
}
