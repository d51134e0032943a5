import { crc32 } from 'node:zlib';
import { topics, utc } from '@bridge/contracts';
import type { MakeMessage } from '@bridge/kafka';
import { ingestEvent, ingestMessage } from '../ingest-event.ts';
import { poison } from '../poison.ts';
import type { LoadMessage } from '../publish-load.ts';
import type { Random } from '../random.ts';
import { measure, type Measurement } from './measurements.ts';

export type LoadParts = {
  readonly size: number;
  readonly persons: number;
  readonly partitions: number;
  readonly random: Random;
  readonly makeMessage: MakeMessage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Who sends: our ingest in signed frames, a partner without keys, a partner whose client hashes keys by CRC32. */
type Sender = 'own' | 'unkeyed' | 'crc32';

/** An object that can be corrected and deleted. */
type SentObject = {
  readonly sender: Sender;
  readonly userId: string;
  readonly id: string;
  readonly measurement: Measurement;
  version: number;
  /** A version that was left out and comes late. */
  missing?: number;
};

type Message = Omit<SentObject, 'id'> & { readonly id: string | undefined; readonly isDelete?: boolean };

const topic = topics.events.name;
const remembered = 5_000;

/** Of all messages 0.5 % are poison, 5 % sent again, 3 % corrections, 2 % deletes. The same seed gives the same. */
export function* cognitionLoad(parts: LoadParts): Generator<LoadMessage> {
  const { size, random } = parts;
  const recent: LoadMessage[] = [];
  const objects: SentObject[] = [];
  const remember = <T>(list: T[], item: T) => {
    if (list.length < remembered) list.push(item);
    else list[random.below(remembered)] = item;
  };
  for (let nr = 0; nr < size; nr += 1) {
    const dice = random.next();
    const fresh = () => {
      const sent = newMessage(nr, parts);
      if (sent.id !== undefined) remember(objects, { ...sent, id: sent.id });
      return write(sent, parts);
    };
    const message =
      dice < 0.005
        ? poison(nr, random)
        : dice < 0.055 && recent.length > 0
          ? random.pick(recent)
          : dice < 0.085 && objects.length > 0
            ? write(correction(random.pick(objects), parts), parts)
            : dice < 0.105 && objects.length > 0
              ? write(deletion(random.pick(objects)), parts)
              : fresh();
    remember(recent, message);
    yield message;
  }
}

function newMessage(nr: number, parts: LoadParts): Message {
  const { random, persons, now } = parts;
  const person = random.below(persons);
  const sender = random.pick(['own', 'own', 'unkeyed', 'crc32'] as const);
  // Half of what partners send has no id: its content stands for it.
  const id = sender === 'own' || random.next() < 0.5 ? `load-${nr}` : undefined;
  return { sender, userId: `person-${person}`, id, version: 0, measurement: measure(person, random, now()) };
}

/** A higher version of the object, now and then one too high; then the one in between comes late. */
function correction(sent: SentObject, { random, now }: LoadParts): Message {
  const { kind, at } = sent.measurement;
  const person = Number(sent.userId.slice('person-'.length));
  const measurement = { ...measure(person, random, now(), kind), at };
  if (sent.missing !== undefined) {
    const version = sent.missing;
    delete sent.missing;
    return { ...sent, version, measurement };
  }
  if (random.next() < 0.3) {
    sent.missing = sent.version + 1;
    sent.version += 1;
  }
  sent.version += 1;
  return { ...sent, measurement };
}

function deletion(sent: SentObject): Message {
  sent.version += 1;
  return { ...sent, isDelete: true };
}

function write(message: Message, parts: LoadParts): LoadMessage {
  const { sender, userId, id, version, measurement, isDelete = false } = message;
  const operation = isDelete ? 'delete' : 'upsert';
  const { eventType, at, context } = measurement;
  const readings = isDelete ? [] : measurement.readings;
  if (sender === 'own') {
    const object = { kind: 'vendor', id: id ?? '' } as const;
    const what = { userId, source: 'oura', eventType, object, version, operation, readings } as const;
    return ingestMessage(
      ingestEvent({ ...what, measuredAt: at, receivedAt: parts.now() }),
      parts.makeMessage,
    );
  }
  const body = {
    user_id: userId,
    source: 'acme',
    ...(id !== undefined && { event_id: id, version }),
    operation,
    event_type: eventType,
    timestamp: utc(at),
    context,
    metrics: Object.fromEntries(readings.map(({ metric, value }) => [metric, value])),
  };
  const value = Buffer.from(JSON.stringify(body));
  if (sender === 'unkeyed') return { topic, key: null, value, headers: {} };
  return { topic, key: userId, partition: crc32(userId) % parts.partitions, value, headers: {} };
}
