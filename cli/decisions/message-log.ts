import { interpretMessage, topics, type BiometricEvent, type Interpreted } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import {
  connectKafka,
  createCodec,
  createLogReader,
  createMessageSigner,
  headerOf,
  signatureHeader,
  type IncomingMessage,
  type KafkaConnection,
  type LogReader,
} from '@bridge/kafka';
import type { Env } from '@bridge/service-runtime';
import { parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { readDeadLetters } from '../dead-letters/read-dead-letters.ts';
import { readTopicToEnd } from '../read-topic.ts';
import { requireSettings } from '../settings.ts';
import { describeFault } from './not-decided.ts';

/** An event of a message, or the reason why the message yields none. */
export type MessageMeaning = {
  /** Of a message that holds several events: which one. */
  readonly element?: number | undefined;
  readonly outcome:
    | { readonly kind: 'event'; readonly event: BiometricEvent }
    | { readonly kind: 'drop' | 'deadLetter'; readonly reason: string; readonly fault?: string | undefined };
};

/** The log of `biometric.events`, as far as it is retained. */
export type MessageLog = Pick<LogReader, 'ends' | 'read'> & {
  readonly topic: string;
  /** Interprets a message again, as cognition does. */
  readonly interpret: (message: IncomingMessage) => Promise<readonly MessageMeaning[]>;
  /** The dead letters of one message, by `topic/partition/offset`. */
  readonly deadLettersOf: (origin: string) => Promise<readonly DeadLetter[]>;
  /** The places of all messages with an event, in no order: reads the whole log and its dead letters. */
  readonly find: (eventId: string) => Promise<readonly string[]>;
};

export type MessageLogDeps = {
  readonly connection: KafkaConnection;
  readonly reader: LogReader;
  readonly registryUrl: string;
  readonly signingKeys: Parameters<typeof createMessageSigner>[0];
  readonly retentionDays: number;
  readonly topic?: string;
};

export async function createMessageLog(deps: MessageLogDeps): Promise<MessageLog> {
  const { connection, reader, registryUrl, signingKeys, retentionDays, topic = topics.events.name } = deps;
  const codec = await createCodec({ registryUrl });
  const signer = createMessageSigner(signingKeys);

  async function interpret(message: IncomingMessage): Promise<MessageMeaning[]> {
    const { key, value: raw, brokerTime } = message;
    const decoded = await codec.decode(raw);
    if (raw === null || decoded.kind !== 'ok') {
      const { kind, reason } = decoded.kind === 'ok' ? emptyValue : decoded;
      return [{ outcome: { kind, reason } }];
    }
    const trusted = signer.verify({ topic, key, value: raw }, headerOf(message, signatureHeader));
    return interpretMessage({ body: decoded.value, raw, brokerTime, trusted, retentionDays }).map(meaningOf);
  }

  const holds = async (message: IncomingMessage, eventId: string) =>
    headerOf(message, 'ce_id') === eventId ||
    (await interpret(message)).some(
      ({ outcome }) => outcome.kind === 'event' && outcome.event.event_id === eventId,
    );

  return {
    topic,
    ends: (name) => reader.ends(name),
    read: (name, partition, offset) => reader.read(name, partition, offset),
    interpret,
    deadLettersOf: async (origin) => {
      const found = new Map<string, DeadLetter>();
      await readDeadLetters(connection, topic, (letter) => {
        if (letter.origin === origin) found.set(`${letter.identity} ${letter.fault ?? ''}`, letter);
      });
      return [...found.values()];
    },
    find: async (eventId) => {
      const places = new Set<string>();
      await readTopicToEnd(connection, {
        topic,
        groupPrefix: 'explain',
        onMessage: async (message) => {
          if (await holds(message, eventId)) places.add(originOf(message));
        },
      });
      await readDeadLetters(connection, topic, async (letter, message) => {
        if (await holds(message, eventId)) places.add(letter.origin);
      });
      return [...places];
    },
  };
}

export function originOf({
  topic,
  partition,
  offset,
}: Pick<IncomingMessage, 'topic' | 'partition' | 'offset'>) {
  return `${topic}/${partition}/${offset}`;
}

const emptyValue = { kind: 'drop', reason: 'tombstone' } as const;

function meaningOf({ outcome, element }: Interpreted): MessageMeaning {
  const place = element && { element: element.index };
  switch (outcome.kind) {
    case 'ok':
      return { ...place, outcome: { kind: 'event', event: outcome.value } };
    case 'drop':
      return { ...place, outcome };
    case 'deadLetter':
      return {
        ...place,
        outcome: { kind: 'deadLetter', reason: outcome.reason, fault: describeFault(outcome.problems) },
      };
  }
}

/** Reads KAFKA_BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL and BRIDGE_SIGNING_KEY. */
export async function withMessageLog<T>(
  env: Env,
  { log, retentionDays }: { readonly log: Log; readonly retentionDays: number },
  work: (messages: MessageLog) => Promise<T>,
): Promise<T> {
  const read = requireSettings(env, 'KAFKA_BOOTSTRAP_SERVERS', 'SCHEMA_REGISTRY_URL', 'BRIDGE_SIGNING_KEY');
  const brokers = read.KAFKA_BOOTSTRAP_SERVERS.split(',');
  const connection = await connectKafka({ brokers, clientId: 'explain' }, { log, metrics: new Registry() });
  const reader = createLogReader(connection.kafka);
  try {
    const keys = parseKeyList(read.BRIDGE_SIGNING_KEY);
    const signingKeys = [...keys.byId].map(([id, key]) => ({ id, key: key.export() }));
    const registryUrl = read.SCHEMA_REGISTRY_URL;
    return await work(
      await createMessageLog({ connection, reader, registryUrl, signingKeys, retentionDays }),
    );
  } finally {
    await reader.close();
    await connection.close();
  }
}
