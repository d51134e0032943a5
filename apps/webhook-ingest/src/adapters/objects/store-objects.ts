import { rawHash, type BiometricEvent, type ReservedSource } from '@bridge/contracts';
import type { Postgres, Statement } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { EventMessage } from '../../accept-batch.ts';
import { judgeObject, type Part } from '../../domain/objects/judge-object.ts';
import { nextVersion, type KnownObject } from '../../domain/objects/next-version.ts';
import type { Normalized } from '../../domain/objects/normalized.ts';
import { partId, versioned, withdrawal } from '../../domain/objects/object-event.ts';
import type { PutTogether } from '../../domain/objects/told-object.ts';
import { insertDocuments, type DocumentRow } from './document-rows.ts';
import { keyedHash, objectKey } from './keyed-hash.ts';
import { readObjects, writeObjects, type ObjectRow } from './object-rows.ts';
import { lockPerson } from './person-lock.ts';
import { createPersonOutbox, type PersonOutboxDeps } from './person-outbox.ts';
import { createStanding, type JudgedObservation } from './standing-documents.ts';

/** One document and what its normalizer made of it. */
export type Observation = {
  readonly source: ReservedSource;
  readonly normalized: Normalized;
  /** The document as it came. */
  readonly raw: Buffer;
  readonly connectionId?: string;
  /** Where its object may come in parts; not asked while nothing stands. Called under the person's lock. */
  readonly putTogether?: PutTogether<Buffer>;
};

export type Stored =
  | {
      readonly kind: 'published';
      readonly eventId: string;
      readonly version: number;
      readonly operation: 'upsert' | 'delete';
    }
  | { readonly kind: 'duplicate' | 'stale' | 'waiting' | 'kept' | 'quarantined' | 'dropped' };

/** `also` runs in the same transaction, after everything else. */
export type StoreObjects = (
  person: LiveSubject,
  observations: readonly Observation[],
  also?: readonly Statement[],
) => Promise<readonly Stored[]>;

type Deps = PersonOutboxDeps & {
  readonly transaction: Postgres['transaction'];
  readonly toEventMessage: (event: BiometricEvent) => EventMessage;
  readonly now: () => number;
  readonly retentionDays: number;
};

/**
 * Gives documents their versions and puts the new ones on their way, in ONE transaction: what is known of the objects,
 * the documents as they came and the events in the outbox are there together or not at all. In: documents of one person,
 * in the order in which they count. Out: what became of each. Two calls for one person run one after the other.
 */
export function createStoreObjects({ transaction, toEventMessage, now, retentionDays, ...leaving }: Deps) {
  const departureOf = createPersonOutbox(leaving);
  const store: StoreObjects = async (person, observations, also = []) => {
    const arrivalMs = now();
    const judge = (observation: Observation): JudgedObservation => ({
      observation,
      judged: judgeObject(observation.normalized, {
        source: observation.source,
        userId: person.userId,
        arrivalMs,
        retentionDays,
        rawSha256: rawHash(observation.raw),
      }),
    });
    const judged = observations.map(judge);
    return transaction(async (tx) => {
      await lockPerson(tx.query, person.subjectId);
      const known = await readKnown(tx.query, person, judged);
      const ledger = createLedger(person, known);
      const standing = createStanding(person, known);
      await standing.read(tx.query, judged);
      const stored = judged.map((one) => {
        const whole = standing.complete(one, judge);
        return standing.note(whole, ledger.enter(whole, arrivalMs));
      });
      const departure = departureOf(person, ledger.events.map(toEventMessage));
      const results = await tx.pipelineAndCommit([
        ...departure.statements,
        ...(ledger.rows.size > 0 ? [writeObjects(person.subjectId, [...ledger.rows.values()])] : []),
        ...(ledger.documents.length > 0 ? [insertDocuments(person, ledger.documents)] : []),
        ...also,
      ]);
      departure.offer(results);
      return stored;
    });
  };
  return store;
}

/** Also of the part behind the last one of each: there is one when the object had more readings before. */
async function readKnown(
  query: Postgres['query'],
  person: LiveSubject,
  judged: readonly JudgedObservation[],
): Promise<Map<string, KnownObject>> {
  const keys = judged.flatMap(({ observation: { source }, judged: one }) =>
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

  function enterPart({ objectId, vendorVersion, completeness, event }: Part, source: ReservedSource): Stored {
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

  function enter({ observation, judged }: JudgedObservation, arrivalMs: number): Stored {
    const { source, connectionId, raw } = observation;
    const document = { source, connectionId, raw };
    if (judged.kind === 'kept' || judged.kind === 'quarantined') {
      documents.push({ ...document, eventId: undefined, state: judged.kind, reason: judged.reason });
    }
    if (judged.kind !== 'versions') return { kind: judged.kind };
    const parts = [...judged.parts, ...surplus(judged.parts, { source, arrivalMs, raw })];
    const results = parts.map((part) => enterPart(part, source));
    for (const result of results) {
      if (result.kind !== 'published') continue;
      documents.push({ ...document, eventId: result.eventId, state: 'event', reason: undefined });
    }
    return results.find(({ kind }) => kind === 'published') ?? results[0] ?? { kind: 'duplicate' };
  }

  /** The part that an object with fewer readings than before does not have any more. */
  function surplus(
    parts: readonly Part[],
    { source, arrivalMs, raw }: { source: ReservedSource; arrivalMs: number; raw: Buffer },
  ): Part[] {
    const objectId = following(parts);
    const left = known.get(objectKey(person, source, objectId).toString('hex'));
    if (left === undefined || left.deleted) return [];
    const arrival = { source, userId: person.userId, arrivalMs, rawSha256: rawHash(raw) };
    return [{ objectId, vendorVersion: undefined, event: withdrawal(objectId, arrival) }];
  }

  return { rows, documents, events, enter };
}

function following(parts: readonly Part[]): string {
  return partId(parts[0]?.objectId ?? '', parts.length + 1);
}
