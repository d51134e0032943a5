import {
  alertChangeSchema,
  insightSchema,
  interpretMessage,
  modeTransitionSchema,
  topics,
} from '@bridge/contracts';
import { headerText, signatureHeader, type IncomingMessage } from '@bridge/kafka';
import { scanTopic } from '@bridge/testing';
import type { ServerClients } from '../server-clients.ts';

/** What the topics hold for those who follow a stream: each id once, by person. */
export type ShownIds = {
  readonly byPerson: ReadonlyMap<string, ReadonlySet<string>>;
  readonly count: number;
  /** Copies of ids that stand on the topics already. */
  readonly copies: number;
  /** Ids with copies on several partitions. */
  readonly onSeveralPartitions: number;
};

type Item = { readonly id: string; readonly userId: string };

const own: Readonly<Record<string, (body: unknown) => Item>> = {
  [topics.transitions.name]: (body) => {
    const { transition_id: id, user_id: userId } = modeTransitionSchema.parse(body);
    return { id, userId };
  },
  [topics.alertChanges.name]: (body) => {
    const { change_id: id, user_id: userId } = alertChangeSchema.parse(body);
    return { id, userId };
  },
  [topics.insights.name]: (body) => {
    const { insight_id: id, user_id: userId } = insightSchema.parse(body);
    return { id, userId };
  },
};

/** Reads the topics themselves, without the system under test. */
export async function readShownIds(clients: ServerClients): Promise<ShownIds> {
  const byPerson = new Map<string, Set<string>>();
  const partitionsOf = new Map<string, Set<number>>();
  let copies = 0;
  for (const name of [topics.events.name, ...Object.keys(own)]) {
    await scanTopic(clients.kafka, name, async (message) => {
      for (const { id, userId } of await itemsOf(clients, message)) {
        const partitions = partitionsOf.get(id);
        if (partitions) copies += 1;
        else byPerson.set(userId, (byPerson.get(userId) ?? new Set()).add(id));
        partitionsOf.set(id, (partitions ?? new Set()).add(message.partition));
      }
    });
  }
  const several = [...partitionsOf.values()].filter(({ size }) => size > 1).length;
  return { byPerson, count: partitionsOf.size, copies, onSeveralPartitions: several };
}

async function itemsOf({ codec, signer }: ServerClients, message: IncomingMessage): Promise<Item[]> {
  const { topic, key, value, headers, brokerTime } = message;
  const decoded = await codec.decode(value);
  if (decoded.kind !== 'ok' || value === null) return [];
  const read = own[topic];
  if (read) return [read(decoded.value)];
  const trusted = signer.verify({ topic, key, value }, headerText(headers, signatureHeader));
  return interpretMessage({ body: decoded.value, raw: value, brokerTime, trusted }).flatMap(({ outcome }) =>
    outcome.kind === 'ok' ? [{ id: outcome.value.event_id, userId: outcome.value.user_id }] : [],
  );
}
