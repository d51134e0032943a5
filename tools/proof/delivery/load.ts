import { contentHash, eventId, topics, utc, type BiometricEvent, type Reading } from '@bridge/contracts';
import {
  cloudEventHeaders,
  signatureHeader,
  type Codec,
  type MessageSigner,
  type OutgoingMessage,
} from '@bridge/kafka';
import type { Random } from '../random.ts';

export type LoadParts = {
  readonly size: number;
  readonly persons: number;
  readonly random: Random;
  readonly codec: Codec;
  readonly signer: MessageSigner;
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
            : ownMessage(nr, parts);
    if (recent.length < 2_000) recent.push(message);
    else recent[random.below(recent.length)] = message;
    yield message;
  }
}

const personOf = ({ random, persons }: LoadParts) => `person-${random.below(persons)}`;

function ownMessage(nr: number, parts: LoadParts): OutgoingMessage {
  const { random, codec, signer, now } = parts;
  const user_id = personOf(parts);
  const received_at = utc(now());
  const readings: Reading[] = [
    { metric: 'hrv_rmssd', value: 20 + random.below(40), unit: 'ms' },
    { metric: 'readiness_score', value: 55 + random.below(30), unit: '{score}' },
  ];
  const content = {
    event_type: 'readiness',
    reportedAt: received_at,
    operation: 'upsert' as const,
    readings,
  };
  const hash = contentHash(content);
  const object = { kind: 'client' as const, id: `load-${nr}` };
  const event: BiometricEvent = {
    event_id: eventId({ source: 'oura', userId: user_id, object, version: 0 }),
    user_id,
    source: 'oura',
    event_type: content.event_type,
    timestamp: received_at,
    received_at,
    version: 0,
    operation: content.operation,
    readings,
    provenance: {
      object_id: object.id,
      object_kind: object.kind,
      reported: 'sensed',
      content_hash: hash,
      raw_sha256: hash,
      flags: [],
    },
  };
  const value = codec.encode(topic, event);
  const about = {
    id: event.event_id,
    source: 'webhook-ingest',
    type: topics.events.value,
    time: received_at,
  };
  const headers = {
    ...cloudEventHeaders({ ...about, userId: user_id }),
    [signatureHeader]: signer.sign({ topic, key: user_id, value }),
  };
  return { topic, key: user_id, value, headers };
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

/** What no retry can help: garbage, cut JSON, an unknown schema, a reserved source, a wrong type, nothing to read. */
function poison(nr: number, random: Random): OutgoingMessage {
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => 1 + random.below(255)));
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const kinds: (() => Buffer)[] = [
    () => Buffer.concat([Buffer.from([0xff]), bytes(40)]),
    () => Buffer.from(`{"user_id":"person-1","nr":${nr}`),
    () => Buffer.concat([Buffer.from([0, 0, 0x7f, 0xff, nr & 0xff]), bytes(20)]),
    () =>
      json({
        user_id: 'person-1',
        source: 'oura',
        event_type: 'hrv',
        timestamp: '2026-01-01T00:00:00Z',
        nr,
        metrics: { hrv: 40 },
      }),
    () => json({ user_id: nr, event_type: 'hrv', timestamp: '2026-01-01T00:00:00Z', metrics: { hrv: 40 } }),
    () => json({ user_id: 'person-1', event_type: 'hrv', nr }),
  ];
  return {
    topic,
    key: random.next() < 0.5 ? null : `person-${nr}`,
    value: random.pick(kinds)(),
    headers: { nr: String(nr) },
  };
}
