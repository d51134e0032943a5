import { retryVerdict, type Log } from '@bridge/core';
import type { Statement } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { Connection } from '../connections/domain/connection.ts';
import type { Observation } from '../documents/domain/object-observation.ts';
import type { StoreObjects } from '../documents/rows/store-objects.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import {
  postponeMissing,
  type NoticeVerdicts,
  type RoundVerdict,
  type StorableResult,
} from './domain/notice-verdicts.ts';

export type StoreRound = (person: LiveSubject, connection: Connection, round: RoundVerdict) => Promise<void>;

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly storeObjects: StoreObjects;
  readonly verdictStatements: (connectionId: string, verdicts: NoticeVerdicts) => Statement[];
  readonly count: IngestMetrics['countObject'];
  readonly log: Log;
  readonly now: () => number;
};

/** Stores the results of a round and settles its notices in the same transaction. */
export function createStoreRound(deps: Deps): StoreRound {
  return async function storeRound(person, connection, round) {
    const { settled, postponed } = round.verdicts;
    if (settled.size + postponed.length === 0) return;
    try {
      await store(person, connection, round);
    } catch (error) {
      if (retryVerdict(error) !== 'permanent' || round.found.length === 0) throw error;
      await storeOneByOne(person, connection, round);
    }
  };

  async function store(person: LiveSubject, connection: Connection, { found, verdicts }: RoundVerdict) {
    const observations = found.map((one) => observationOf(deps.vendors, connection, one));
    const also = deps.verdictStatements(connection.connectionId, verdicts);
    const stored = await deps.storeObjects(person, observations, also);
    for (const { kind } of stored) deps.count(connection.vendor, kind);
    for (const state of verdicts.settled.values()) {
      if (state !== 'resolved') deps.count(connection.vendor, state);
    }
  }

  /** A document that cannot be stored is a bug of ours and must not hold up the person's others. */
  async function storeOneByOne(
    person: LiveSubject,
    connection: Connection,
    { found, verdicts }: RoundVerdict,
  ) {
    const settled = new Map(verdicts.settled);
    const postponed = [...verdicts.postponed];
    for (const one of found) {
      const own = one.object.notices.map(({ noticeId }) => noticeId);
      for (const noticeId of own) settled.delete(noticeId);
      const resolved = new Map(own.map((noticeId) => [noticeId, 'resolved'] as const));
      try {
        const alone = { settled: resolved, postponed: [], arrived: new Set([one.object.dataType]) };
        await store(person, connection, { found: [one], verdicts: alone });
      } catch (error) {
        if (retryVerdict(error) !== 'permanent') throw error;
        deps.log.error('storing a document failed', { source: connection.vendor, error });
        postponeMissing(one.object, deps.now(), { settled, postponed });
      }
    }
    await store(person, connection, { found: [], verdicts: { settled, postponed, arrived: new Set() } });
  }
}

function observationOf(
  vendors: Pick<Vendors, 'get'>,
  { vendor, connectionId }: Connection,
  { object, answer }: StorableResult,
): Observation {
  const definition = vendors.get(vendor);
  const { dataType, objectId } = object;
  if (answer.kind === 'document') {
    const normalized = definition.normalize(dataType, answer);
    return { source: vendor, connectionId, normalized, raw: answer.raw };
  }
  const raw = Buffer.from(JSON.stringify({ event_type: 'delete', data_type: dataType, object_id: objectId }));
  const normalized = { kind: 'withdrawn', objectId: definition.objectId(dataType, objectId) } as const;
  return { source: vendor, connectionId, normalized, raw };
}
