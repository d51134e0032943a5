import { biometricEventSchema, eventId, topics } from '@bridge/contracts';
import { headerText, signatureHeader } from '@bridge/kafka';
import type { ServerClients } from '../server-clients.ts';
import { scanTopic } from '@bridge/testing';
import type { Copy, Truth } from '../truth.ts';

/** A version of an object, at its first position on the topic. */
export type Version = {
  readonly version: number;
  readonly eventId: string;
  readonly operation: 'upsert' | 'delete';
  /** SHA-256 of the vendor's document. */
  readonly raw: string;
  readonly at: Copy;
};

export type TopicVersions = {
  /** The versions by `<user>/<source>/<object>`, in the order of their first position. */
  readonly objects: ReadonlyMap<string, readonly Version[]>;
  readonly truth: Pick<Truth, 'events' | 'duplicates'>;
  /** The number of messages that are not ours, or whose id does not match their content. */
  readonly foreign: number;
};

/** Reads `biometric.events` from its beginning. */
export async function readVersions({ kafka, codec, signer }: ServerClients): Promise<TopicVersions> {
  const objects = new Map<string, Version[]>();
  const events = new Map<string, Copy[]>();
  let [duplicates, foreign] = [0, 0];
  await scanTopic(kafka, topics.events.name, async ({ topic, key, value, headers, partition, offset }) => {
    const decoded = await codec.decode(value);
    const event = biometricEventSchema.safeParse(decoded.kind === 'ok' ? decoded.value : undefined);
    const isOurs =
      value !== null && signer.verify({ topic, key, value }, headerText(headers, signatureHeader));
    if (!isOurs || !event.success || event.data.provenance.object_id === undefined) {
      foreign += 1;
      return;
    }
    const { event_id, user_id: userId, source, version, operation, provenance } = event.data;
    const { object_id: id = '', raw_sha256: raw } = provenance;
    if (event_id !== eventId({ source, userId, object: { kind: 'vendor', id }, version })) foreign += 1;
    const at = { partition, offset };
    const copies = events.get(event_id);
    if (copies !== undefined) {
      copies.push(at);
      duplicates += 1;
      return;
    }
    events.set(event_id, [at]);
    const name = `${userId}/${source}/${id}`;
    const versions = objects.get(name) ?? [];
    versions.push({ version, eventId: event_id, operation, raw, at });
    objects.set(name, versions);
  });
  return { objects, truth: { events, duplicates }, foreign };
}
