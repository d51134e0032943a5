import { hash } from 'node:crypto';
import { topics, utc, type AlertChange, type Insight, type ModeTransition } from '@bridge/contracts';
import type { MakeMessage, OutgoingMessage } from '@bridge/kafka';
import { ingestEvent, ingestMessage } from '../ingest-event.ts';
import type { Random } from '../random.ts';

export type LoadParts = {
  readonly size: number;
  readonly persons: readonly string[];
  readonly random: Random;
  readonly makeMessage: MakeMessage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** The same id for the same seed. */
const idOf = (...parts: readonly (string | number)[]) => hash('sha256', parts.join('/')).slice(0, 32);

/**
 * Half our own keyed events, half a partner's without a key, some of those lists of several; a tenth is sent again later, and
 * whatever has no key then lies on another partition.
 */
export function* eventLoad(parts: LoadParts): Generator<OutgoingMessage> {
  const { size, random } = parts;
  const recent: OutgoingMessage[] = [];
  for (let nr = 0; nr < size; nr += 1) {
    const isRepeated = random.next() < 0.1 && recent.length > 0;
    const message = isRepeated
      ? random.pick(recent)
      : random.next() < 0.5
        ? partnerMessage(nr, parts)
        : ownEvent(nr, parts);
    if (recent.length < 50) recent.push(message);
    else recent[random.below(recent.length)] = message;
    yield message;
  }
}

function ownEvent(nr: number, { random, persons, makeMessage, now }: LoadParts): OutgoingMessage {
  const what = { source: 'oura', eventType: 'heart_rate', version: 0, operation: 'upsert' } as const;
  const readings = [{ metric: 'heart_rate', value: 50 + random.below(60), unit: '/min' }] as const;
  const object = { kind: 'client', id: `stream-${nr}` } as const;
  const userId = random.pick(persons);
  const times = { measuredAt: now(), receivedAt: now() };
  return ingestMessage(ingestEvent({ ...what, ...times, userId, object, readings }), makeMessage);
}

function partnerMessage(nr: number, { random, persons, now }: LoadParts): OutgoingMessage {
  const one = (item: number) => ({
    event_id: `partner-${nr}-${item}`,
    user_id: random.pick(persons),
    device_id: `device-${random.below(3)}`,
    event_type: 'heart_rate',
    timestamp: utc(now()),
    metrics: { heart_rate: 50 + random.below(60) },
  });
  const body =
    random.next() < 0.2 ? Array.from({ length: 2 + random.below(4) }, (_, item) => one(item)) : one(0);
  return { topic: topics.events.name, key: null, value: Buffer.from(JSON.stringify(body)), headers: {} };
}

/** Transitions, of which a tenth is sent again, as after an unclear send. */
export function* transitionLoad(parts: LoadParts): Generator<OutgoingMessage> {
  yield* repeated(parts, (nr, userId, at) => {
    const value: ModeTransition = {
      transition_id: idOf('transition', nr),
      user_id: userId,
      seq: nr + 1,
      from: 'pattern',
      to: 'reflex',
      at,
      confidence: 0.8,
      reason: 'stress_overload',
      rules_fired: ['stress_overload'],
      rules_held: [],
      cause: { event_id: idOf('cause', nr) },
      rule_set: hash('sha256', 'rules'),
      policy_version: 3,
    };
    return { topic: topics.transitions.name, value, id: value.transition_id, type: topics.transitions.value };
  });
}

export function* changeLoad(parts: LoadParts): Generator<OutgoingMessage> {
  yield* repeated(parts, (nr, userId, at) => {
    const value: AlertChange = {
      change_id: idOf('change', nr),
      alert_id: idOf('alert', nr),
      user_id: userId,
      kind: 'rule.stress_overload',
      from: null,
      to: 'firing',
      severity: 'critical',
      at,
      signal_id: idOf('signal', nr),
    };
    return { topic: topics.alertChanges.name, value, id: value.change_id, type: topics.alertChanges.value };
  });
}

export function* insightLoad(parts: LoadParts): Generator<OutgoingMessage> {
  yield* repeated(parts, (nr, userId, at) => {
    const value: Insight = {
      insight_id: idOf('insight', nr),
      user_id: userId,
      seq: nr + 1,
      at,
      kind: 'illness_score',
      summary: 'The score of the day is 1.2.',
      data: { score: 1.2 },
    };
    return { topic: topics.insights.name, value, id: value.insight_id, type: topics.insights.value };
  });
}

type Draft = Pick<Parameters<MakeMessage>[0], 'topic' | 'value' | 'id' | 'type'>;

function* repeated(
  { size, persons, random, makeMessage, now }: LoadParts,
  draft: (nr: number, userId: string, at: string) => Draft,
): Generator<OutgoingMessage> {
  for (let nr = 0; nr < size; nr += 1) {
    const userId = random.pick(persons);
    const time = utc(now());
    const message = makeMessage({ ...draft(nr, userId, time), time, userId });
    yield message;
    if (random.next() < 0.1) yield message;
  }
}
