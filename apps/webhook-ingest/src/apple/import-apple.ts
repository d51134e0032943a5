import { ExportRefused, type RefusalReason } from '@bridge/apple-export';
import { mayAccess, type Principal } from '@bridge/auth';
import type { LiveSubject, Subject } from '@bridge/vault';
import type { Readable } from 'node:stream';
import type { ReadHealth } from './formats/read-health.ts';
import type { StoreObjects } from '../documents/rows/store-objects.ts';
import type { Observation, StoreOutcome } from '../documents/domain/object-observation.ts';
import type { StoreSeries } from '../documents/rows/store-series.ts';
import { createHealthBatches, type HealthBatch, type HealthObject } from './domain/health-batch.ts';
import type { HealthItem } from './domain/health-item.ts';
import type { NameDevice } from './domain/name-device.ts';
import { mergeNight } from './domain/merge-night.ts';
import { addCounts, zeroCounts, type ImportCounts } from './domain/import-counts.ts';
import type { ObjectObservation } from '../documents/domain/object-observation.ts';

export type AppleBody = {
  readonly body: Readable;
  /** Its `Content-Encoding`. */
  readonly encoding: string | undefined;
  readonly principal: Principal;
  /** Whose it is, where the sender says so. */
  readonly userId: string | undefined;
};

export type ImportSummary = ImportCounts & {
  /** Elements that came, of all kinds. */
  readonly points: number;
  /** Elements of names that nobody knows here; they are kept as they came. */
  readonly unknown: Readonly<Record<string, number>>;
};

export type ImportReceipt =
  | { readonly kind: 'stored'; readonly summary: ImportSummary }
  /** A flat body, of which nothing is stored yet. */
  | { readonly kind: 'flat'; readonly raw: Buffer }
  /** Nothing says whose it is. */
  | { readonly kind: 'unknown_user' }
  | { readonly kind: 'forbidden' | 'erased' | 'busy' }
  /** `summary`: what of it was read before, and is stored nevertheless. */
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly summary: ImportSummary };

type Deps = {
  readonly readHealth: ReadHealth;
  readonly storeSeries: StoreSeries;
  readonly storeObjects: StoreObjects;
  /** The person of a user id; those not known yet are created. */
  readonly personOf: (userId: string) => Promise<Subject | undefined>;
  readonly nameDevicesOf: (userId: string) => NameDevice;
  /** So many large bodies are read at once; each may hold all of its own in memory. */
  readonly maxConcurrent: number;
};

export type ImportApple = (body: AppleBody) => Promise<ImportReceipt>;

/**
 * In: Apple Health data of one person, as Health Auto Export or Apple itself writes it. Out: series and objects on their
 * way, batch by batch while the body is read. If a body is cut off, everything read so far is stored, except a night that was
 * still incomplete; sending the same body again changes nothing.
 */
export function createImportApple(deps: Deps): ImportApple {
  const { readHealth, personOf, maxConcurrent } = deps;
  const storeItems = createStoreItems(deps);
  const openSlot = createSlots(maxConcurrent);

  return async function importApple({ body, encoding, principal, userId }) {
    const slot = openSlot();
    try {
      const { items, flat } = await readHealth(body, encoding, slot.take);
      const iterator = items[Symbol.asyncIterator]();
      try {
        const first = await iterator.next();
        const raw = first.done === true ? flat() : undefined;
        if (raw !== undefined) return { kind: 'flat', raw };
        return await storeFor(userId ?? onlyUserOf(principal), principal, (person) =>
          storeItems(person, first, iterator),
        );
      } finally {
        await iterator.return?.();
      }
    } catch (error) {
      return refused(error, { points: 0, ...zeroCounts, unknown: {} });
    } finally {
      slot.free();
    }
  };

  async function storeFor(
    userId: string | undefined,
    principal: Principal,
    storeAll: (person: LiveSubject) => Promise<ImportReceipt>,
  ): Promise<ImportReceipt> {
    if (userId === undefined) return { kind: 'unknown_user' };
    if (!mayAccess(principal, userId)) return { kind: 'forbidden' };
    const person = await personOf(userId);
    return person === undefined || person.erased ? { kind: 'erased' } : await storeAll(person);
  }
}

class AllTaken extends Error {}

/** A slot is taken when it is needed, and `take` throws when there is none. */
function createSlots(most: number) {
  let taken = 0;
  return function openSlot() {
    let isTaken = false;
    return {
      take: () => {
        if (taken >= most) throw new AllTaken('Other large bodies are being read.');
        taken += 1;
        isTaken = true;
      },
      free: () => {
        if (isTaken) taken -= 1;
      },
    };
  };
}

type Items = AsyncIterator<readonly HealthItem[]>;

function createStoreItems({ storeSeries, storeObjects, nameDevicesOf }: Deps) {
  async function store(person: LiveSubject, { points, objects }: HealthBatch): Promise<ImportCounts> {
    const ofObjects =
      objects.length === 0 ? zeroCounts : countsOf(await storeObjects(person, objects.map(observationOf)));
    if (points.length === 0) return ofObjects;
    return addCounts(ofObjects, await storeSeries(person, { source: 'apple', points }));
  }

  return async function storeItems(
    person: LiveSubject,
    first: IteratorResult<readonly HealthItem[]>,
    items: Items,
  ): Promise<ImportReceipt> {
    const batches = createHealthBatches(nameDevicesOf(person.userId));
    let counts = zeroCounts;
    let storing = Promise.resolve(zeroCounts);
    const summary = (): ImportSummary => {
      const { received, unknown } = batches.counts();
      return { points: received, ...counts, unknown };
    };
    try {
      for (let some = first; some.done !== true; some = await items.next()) {
        for (const item of some.value) batches.add(item);
        if (!batches.isFull()) continue;
        // One batch is stored while the next is read, and never more.
        counts = addCounts(counts, await storing);
        storing = store(person, batches.take());
        // Its failure is met when it is waited for.
        storing.catch(() => undefined);
      }
      counts = addCounts(counts, await storing);
      counts = addCounts(counts, await store(person, batches.takeRest()));
      const { points } = summary();
      return points === 0
        ? { kind: 'refused', reason: 'empty', summary: summary() }
        : { kind: 'stored', summary: summary() };
    } catch (error) {
      if (error instanceof ExportRefused) {
        counts = addCounts(counts, await storing);
        counts = addCounts(counts, await store(person, batches.takeFinished()));
      }
      return refused(error, summary());
    }
  };
}

function refused(error: unknown, summary: ImportSummary): ImportReceipt {
  if (error instanceof ExportRefused) return { kind: 'refused', reason: error.reason, summary };
  if (error instanceof AllTaken) return { kind: 'busy' };
  throw error;
}

function onlyUserOf({ users }: Principal): string | undefined {
  return users?.size === 1 ? [...users][0] : undefined;
}

function observationOf(incoming: HealthObject): Observation {
  const { normalized } = incoming;
  const observation = { source: 'apple', ...serialized(incoming) } as const;
  // Only a night may come in parts.
  if (normalized.kind !== 'object' || normalized.object.completeness === undefined) return observation;
  const { deviceId } = normalized.object;
  return {
    ...observation,
    mergeWithCurrent: (stored) => {
      const whole = mergeNight(JSON.parse(stored.toString('utf8')), incoming, deviceId);
      return whole && serialized(whole);
    },
  };
}

function serialized({ normalized, raw }: HealthObject): ObjectObservation<Buffer> {
  return { normalized, raw: Buffer.from(JSON.stringify(raw)) };
}

function countsOf(stored: readonly StoreOutcome[]): ImportCounts {
  const count = (is: (one: StoreOutcome) => boolean) => stored.filter(is).length;
  return {
    new: count((one) => one.kind === 'published' && one.version === 0),
    duplicates: count(({ kind }) => kind === 'duplicate' || kind === 'stale'),
    corrected: count((one) => one.kind === 'published' && one.version > 0),
    quarantined: count(({ kind }) => kind === 'quarantined'),
    dropped: count(({ kind }) => kind === 'dropped'),
  };
}
