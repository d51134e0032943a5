import { topics, utc, type Reading } from '@bridge/contracts';
import type { MakeMessage, OutgoingMessage } from '@bridge/kafka';
import { ingestEvent, ingestMessage } from '../ingest-event.ts';
import { poison } from '../poison.ts';
import type { Random } from '../random.ts';

export type LoadParts = {
  readonly size: number;
  readonly persons: number;
  readonly random: Random;
  readonly makeMessage: MakeMessage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const topic = topics.events.name;

/** A third un-keyed partner JSON, the rest our own keyed frames; 5 % sent again, 0.5 % poison. */
export function* deliveryLoad(parts: LoadParts): Generator<OutgoingMessage> {
  const { size, random } = parts;
  const recent: OutgoingMessage[] = [];
  for (let nr = 0; nr < size; nr += 1) {
    const dice = random.next();
    const message =
      dice < 0.005
        ? poison(nr, random)
        : dice < 0.055 && recent.length > 0
          ? random.pick(recent)
          : random.next() < 1 / 3
            ? partnerMessage(nr, parts)
            : keyedMessage(nr, parts);
    if (recent.length < 2_000) recent.push(message);
    else recent[random.below(recent.length)] = message;
    yield message;
  }
}

const personOf = ({ random, persons }: LoadParts) => `person-${random.below(persons)}`;

function keyedMessage(nr: number, parts: LoadParts): OutgoingMessage {
  const { random, makeMessage, now } = parts;
  const userId = personOf(parts);
  const at = now();
  const readings: Reading[] = [
    { metric: 'hrv_rmssd', value: 20 + random.below(40), unit: 'ms' },
    { metric: 'readiness_score', value: 55 + random.below(30), unit: '{score}' },
  ];
  const object = { kind: 'client', id: `load-${nr}` } as const;
  const what = { source: 'oura', eventType: 'readiness', version: 0, operation: 'upsert' } as const;
  return ingestMessage(
    ingestEvent({ ...what, userId, object, measuredAt: at, receivedAt: at, readings }),
    makeMessage,
  );
}

function partnerMessage(nr: number, parts: LoadParts): OutgoingMessage {
  const { random, now } = parts;
  const body = {
    user_id: personOf(parts),
    device_id: `device-${nr}`,
    event_type: 'heart_rate',
    timestamp: utc(now()),
    metrics: {
      hrv: 20 + random.below(40),
      readiness: 55 + random.below(30),
      heart_rate: 50 + random.below(60),
    },
  };
  return { topic, key: null, value: Buffer.from(JSON.stringify(body)), headers: {} };
}
