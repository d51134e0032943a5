import { rawHash, type BiometricEvent } from '@bridge/contracts';
import type { Postgres, Statement } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { EventMessage } from '../../publishing/publish-or-spool.ts';
import { classifyObject, type ObjectPart } from '../domain/classify-object.ts';
import { nextVersion, type KnownObject } from '../domain/next-version.ts';
import type { Normalized } from '../domain/normalized.ts';
import { partId, versioned, withdrawal } from '../domain/object-event.ts';
import type { MergeWithCurrent } from '../domain/object-observation.ts';
import { insertDocuments, type DocumentRow } from './document-rows.ts';
import { keyedHash, objectKey } from './keyed-hash.ts';
import { readObjects, writeObjects, type ObjectRow } from './object-rows.ts';
import { lockPerson } from './person-lock.ts';
import { createPersonOutbox, type PersonOutboxDeps } from './person-outbox.ts';
import { createStanding, type ObservationOutcome } from './current-documents.ts';

/** One document and what its normalizer made of it. */
export type Observation = {
  readonly source: string;
  readonly normalized: Normalized;
  /** The document as it came. */
  readonly raw: Buffer;
  readonly connectionId?: string;
  /** Where its object may come in parts; not asked while nothing stands. Called under the person's lock. */
  readonly mergeWithCurrent?: MergeWithCurrent<Buffer>;
};

export type StoreOutcome =
  | {
      readonly kind: 'published';
      readonly eventId: string;
      readonly version: number;
      readonly operation: 'upsert' | 'delete';
    }
  | { readonly kind: 'duplicate' | 'stale' | 'waiting' | 'unmapped' | 'quarantined' | 'dropped' };

/** `also` runs in the same transaction, after everything else. */
export type StoreObjects = (
  person: LiveSubject,
  observations: readonly Observation[],
  also?: readonly Statement[],
) => Promise<readonly StoreOutcome[]>;

type Deps = PersonOutboxDeps & {
  readonly transaction: Postgres['transaction'];
  readonly toEventMessage: (event: BiometricEvent) => EventMessage;
  readonly now: () => number;
};

/**
 * Gives documents their versions and puts the new ones on their way, in ONE transaction: what is known of the objects,
 * the documents as they came and the events in the outbox are there together or not at all. In: documents of one person,
 * in the order in which they count. Out: what became of each. Two calls for one person run one after the other.
 */
export function createStoreObjects({ transaction, toEventMessage, now, ...leaving }: Deps) {
  const outboxWrite = createPersonOutbox(leaving);
  const store: StoreObjects = async (person, observations, also = []) => {
    const arrivalMs = now();
    const classify = (observation: Observation): ObservationOutcome => ({
      observation,
      outcome: classifyObject(observation.normalized, {
        source: observation.source,
        userId: person.userId,
        arrivalMs,
        rawSha256: rawHash(observation.raw),
      }),
    });
    const outcome = observations.map(classify);
    return transaction(async (tx) => {
      await lockPerson(tx.query, person.subjectId);
      const known = await readKnown(tx.query, person, outcome);
      const ledger = createLedger(person, known);
      const standing = createStanding(person, known);
      await standing.read(tx.query, outcome);
      const stored = outcome.map((one) => {
        const whole = standing.complete(one, classify);
        return standing.note(whole, ledger.enter(whole, arrivalMs));
      });
      const write = outboxWrite(person, ledger.events.map(toEventMessage));
      const results = await tx.pipelineAndCommit([
        ...write.statements,
        ...(ledger.rows.size > 0 ? [writeObjects(person.subjectId, [...ledger.rows.values()])] : []),
        ...(ledger.documents.length > 0 ? [insertDocuments(person, ledger.documents)] : []),
        ...also,
      ]);
      write.offer(results);
      return stored;
    });
  };
  return store;
}

/** Also of the part behind the last one of each: there is one when the object had more readings before. */
async function readKnown(
  query: Postgres['query'],
  person: LiveSubject,
  outcome: readonly ObservationOutcome[],
): Promise<Map<string, KnownObject>> {
  const keys = outcome.flatMap(({ observation: { source }, outcome: one }) =>
    one.kind === 'versions'
      ? [...one.parts.map(({ objectId }) => objectId), following(one.parts)].map((id) =>
          objectKey(person, source, id),
        )
      : [],
  );
  return keys.length === 0 ? new Map() : readObjects(query, keys);
}

/** Follows the versions through one call, in which an object may come several times. */
function createLedger(person: LiveSubject, known: Map<string, KnownObject>) {
  const rows = new Map<string, ObjectRow>();
  const documents: DocumentRow[] = [];
  const events: BiometricEvent[] = [];

  function enterPart(
    { objectId, vendorVersion, completeness, event }: ObjectPart,
    source: string,
  ): StoreOutcome {
    const key = objectKey(person, source, objectId);
    const hex = key.toString('hex');
    const contentHash = keyedHash(person, 'content', event.provenance.content_hash);
    const before = known.get(hex);
    const { operation } = event;
    const verdict = nextVersion(before, {
      operation,
      vendorVersion,
      completeness,
      contentHash: contentHash.toString('hex'),
    });
    if (verdict.kind === 'stale') return verdict;
    const order = vendorVersion ?? completeness ?? 0;
    if (verdict.kind === 'duplicate' && order <= (before?.vendorVersion ?? 0)) return verdict;
    const version = verdict.kind === 'new' ? verdict.version : (before?.version ?? 0);
    const newest = Math.max(order, before?.vendorVersion ?? 0);
    const now = {
      version,
      vendorVersion: newest === 0 ? undefined : newest,
      deleted: operation === 'delete',
    };
    known.set(hex, { ...now, contentHash: contentHash.toString('hex') });
    rows.set(hex, { key, ...now, contentHash });
    if (verdict.kind === 'duplicate') return verdict;
    const made = versioned(event, objectId, version);
    events.push(made);
    return { kind: 'published', eventId: made.event_id, version, operation };
  }

  function enter({ observation, outcome }: ObservationOutcome, arrivalMs: number): StoreOutcome {
    const { source, connectionId, raw } = observation;
    const document = { source, connectionId, raw };
    if (outcome.kind === 'unmapped' || outcome.kind === 'quarantined') {
      documents.push({ ...document, eventId: undefined, state: outcome.kind, reason: outcome.reason });
    }
    if (outcome.kind !== 'versions') return { kind: outcome.kind };
    const parts = [...outcome.parts, ...surplus(outcome.parts, { source, arrivalMs, raw })];
    const results = parts.map((part) => enterPart(part, source));
    for (const result of results) {
      if (result.kind !== 'published') continue;
      documents.push({ ...document, eventId: result.eventId, state: 'event', reason: undefined });
    }
    return results.find(({ kind }) => kind === 'published') ?? results[0] ?? { kind: 'duplicate' };
  }

  /** The part that an object with fewer readings than before does not have any more. */
  function surplus(
    parts: readonly ObjectPart[],
    { source, arrivalMs, raw }: { source: string; arrivalMs: number; raw: Buffer },
  ): ObjectPart[] {
    const objectId = following(parts);
    const left = known.get(objectKey(person, source, objectId).toString('hex'));
    if (left === undefined || left.deleted) return [];
    const arrival = { source, userId: person.userId, arrivalMs, rawSha256: rawHash(raw) };
    return [{ objectId, vendorVersion: undefined, event: withdrawal(objectId, arrival) }];
  }

  return { rows, documents, events, enter };
}

function following(parts: readonly ObjectPart[]): string {
  return partId(parts[0]?.objectId ?? '', parts.length + 1);
}
