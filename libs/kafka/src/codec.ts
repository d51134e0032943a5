import { CodedError, deadLetter, drop, ok, type Outcome } from '@bridge/core';
import { createRegistryClient, type JsonSubject, type RegistryClient } from './registry-client.ts';
import type { SchemaReader } from './schema-reader.ts';
import { frameJson, parseJsonOrLines, schemaIdOf } from './wire-format.ts';

/**
 * - `tombstone`: no value, dropped.
 * - `malformed`: neither a frame nor strict JSON, or a payload that does not fit its schema.
 * - `unknown_schema`: the registry has no schema under the frame's id.
 * - `unreadable_schema`: it has one, but it can't be used (a broken reference, an unsupported type).
 */
export type DecodeReason = 'tombstone' | 'malformed' | 'unknown_schema' | 'unreadable_schema';

export type Codec = {
  /**
   * Looks up every schema id that these values name, so that `decodeSync` can read them. Nothing to look up, nothing awaited.
   * @throws CodedError `registry_unavailable` (transient): the batch must be tried again, nothing of it was decided.
   */
  prepare(values: readonly (Buffer | null)[]): Promise<void>;
  /** Decodes a prepared value; about 2 microseconds for our own messages. Bad input is an outcome, never a throw. */
  decodeSync(value: Buffer | null): Outcome<unknown, DecodeReason>;
  /** `prepare` and `decodeSync` for one value. */
  decode(value: Buffer | null): Promise<Outcome<unknown, DecodeReason>>;
  /** Frames a value of a topic that this codec was created to produce. */
  encode(topic: string, value: unknown): Buffer;
};

export type CodecConfig = {
  /** Base URL of the Confluent-compatible schema registry. */
  readonly registryUrl: string;
  /** The topics that this process writes, with their registered schemas. Ids are resolved once, at start. */
  readonly produces?: readonly (JsonSubject & { readonly topic: string })[];
};

/** After this long the registry is asked again for an id without a usable schema: it may just have been registered. */
const askAgainAfterMs = 10_000;
/** Each garbage message can name another id; beyond so many, those not used lately are forgotten. */
const mostUnusableIds = 1_000;
const keptForMs = 60_000;
/** Lookups at a time, for a batch that names many ids. */
const lookupsAtOnce = 8;

/** @throws CodedError `schema_not_registered` (permanent) or `registry_unavailable` (transient) for what it produces. */
export async function createCodec({ registryUrl, produces = [] }: CodecConfig): Promise<Codec> {
  const registry = createRegistryClient(registryUrl);
  const schemaIds = new Map<string, number>();
  for (const produced of produces) schemaIds.set(produced.topic, await registry.idOf(produced));
  const schemas = createSchemaCache(registry);

  function decodeSync(value: Buffer | null): Outcome<unknown, DecodeReason> {
    if (value === null || value.length === 0) return drop('tombstone');
    const id = schemaIdOf(value);
    const reader = id === undefined ? parseJsonOrLines : schemas.known(id);
    if (reader === 'unknown') return deadLetter('unknown_schema');
    if (reader === 'unreadable') return deadLetter('unreadable_schema');
    try {
      return ok(reader(value));
    } catch {
      // Parsers throw SyntaxError, TypeError or RangeError here; one that reached kafkajs would stop its consumer for good.
      return deadLetter('malformed');
    }
  }

  return {
    prepare: (values) => schemas.lookUp(values),
    decodeSync,
    async decode(value) {
      await schemas.lookUp([value]);
      return decodeSync(value);
    },
    encode(topic, value) {
      const id = schemaIds.get(topic);
      if (id === undefined) {
        throw new CodedError(
          'schema_id_missing',
          'permanent',
          `this codec was not created to write ${topic}`,
        );
      }
      return frameJson(id, value);
    },
  };
}

type Unusable = 'unknown' | 'unreadable';

/** Schemas never change under their id, so readers are kept for good; unusable ids are looked up again soon. */
function createSchemaCache(registry: RegistryClient) {
  const readers = new Map<number, SchemaReader>();
  const unusable = new Map<number, { verdict: Unusable; until: number }>();

  async function resolve(id: number): Promise<void> {
    const found = await registry.reader(id);
    if (typeof found === 'function') {
      readers.set(id, found);
      unusable.delete(id);
    } else unusable.set(id, { verdict: found, until: Date.now() + askAgainAfterMs });
  }

  function forgetOld(now: number): void {
    if (unusable.size < mostUnusableIds) return;
    for (const [id, { until }] of unusable) if (until + keptForMs < now) unusable.delete(id);
  }

  return {
    known(id: number): SchemaReader | Unusable {
      const reader = readers.get(id) ?? unusable.get(id)?.verdict;
      if (reader === undefined)
        throw new CodedError('codec_not_prepared', 'permanent', 'prepare() was not awaited');
      return reader;
    },
    async lookUp(values: readonly (Buffer | null)[]): Promise<void> {
      const missing = new Set<number>();
      const now = Date.now();
      for (const value of values) {
        const id = value === null ? undefined : schemaIdOf(value);
        if (id === undefined || readers.has(id)) continue;
        if ((unusable.get(id)?.until ?? 0) <= now) missing.add(id);
      }
      if (missing.size === 0) return;
      forgetOld(now);
      const ids = [...missing];
      while (ids.length > 0) await Promise.all(ids.splice(0, lookupsAtOnce).map(resolve));
    },
  };
}
