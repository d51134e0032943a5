import { rawHash, type BiometricEvent, type Problem } from '@bridge/contracts';
import type { Postgres, Statement } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { EventMessage } from '../../publishing/publish-or-spool.ts';
import { classifyObject, type ObjectOutcome, type ObjectPart } from '../domain/classify-object.ts';
import { nextVersion, type KnownObject } from '../domain/next-version.ts';
import { partId, versioned, withdrawal } from '../domain/object-event.ts';
import type { Observation, StoreOutcome } from '../domain/object-observation.ts';
import { faultyFields } from '../domain/plausible-fields.ts';
import type { ReportLosses } from '../report-losses.ts';
import { insertDocuments, type DocumentRow } from './document-rows.ts';
import { keyedHash, objectKey } from './keyed-hash.ts';
import { loadObjects, writeObjects, type ObjectRow } from './object-rows.ts';
import { lockPerson } from './person-lock.ts';
import { createPersonOutbox, type PersonOutboxDeps } from './person-outbox.ts';
import { loadCurrent, type ObservationOutcome } from './current-documents.ts';
import { renewZone } from './zone-rows.ts';

/** Statements in `also` run in the same transaction, after everything else. */
export type StoreObjects = (
  person: LiveSubject,
  observations: readonly Observation[],
  also?: readonly Statement[],
) => Promise<readonly StoreOutcome[]>;

type Deps = PersonOutboxDeps & {
  readonly transaction: Postgres['transaction'];
  readonly toEventMessage: (event: BiometricEvent) => EventMessage;
  readonly now: () => number;
  readonly retentionDays: number;
  readonly report: ReportLosses;
};

/**
 * Stores documents of one person with their versions. Objects, documents as they came and events in the outbox are written in
 * ONE transaction. In: documents in the order in which they count. Out: the outcome of each. Calls for one person run one
 * after the other.
 */
export function createStoreObjects(deps: Deps) {
  const { transaction, toEventMessage, now, retentionDays, report, ...leaving } = deps;
  const outboxWrite = createPersonOutbox(leaving);
  const store: StoreObjects = async (person, observations, also = []) => {
    const arrivalMs = now();
    const { classified, outcomes } = await transaction(async (tx) => {
      await lockPerson(tx.query, person.subjectId);
      const { zone, statements } = await renewZone(tx.query, person, {
        times: timesOf(observations),
        arrivalMs,
      });
      const classify = (observation: Observation): ObservationOutcome => ({
        observation,
        outcome: classifyObject(observation.normalized, {
          source: observation.source,
          userId: person.userId,
          arrivalMs,
          retentionDays,
          rawSha256: rawHash(observation.raw),
          zone,
        }),
      });
      const classified = observations.map(classify);
      const known = await loadKnown(tx.query, person, classified);
      const ledger = createLedger(person, known);
      const current = await loadCurrent(tx.query, { person, known }, classified);
      const stored = classified.map((one) => {
        const merged = current.merge(one, classify);
        return current.note(merged, ledger.enter(merged, arrivalMs));
      });
      const write = outboxWrite(person, ledger.events.map(toEventMessage));
      const results = await tx.pipelineAndCommit([
        ...write.statements,
        ...(ledger.rows.size > 0 ? [writeObjects(person.subjectId, [...ledger.rows.values()])] : []),
        ...(ledger.documents.length > 0 ? [insertDocuments(person, ledger.documents)] : []),
        ...statements,
        ...also,
      ]);
      write.offer(results);
      return { classified, outcomes: stored };
    });
    reportLosses(report, classified, outcomes);
    return outcomes;
  };
  return store;
}

/** Of all at once: whichever comes first, a night's offset tells where the documents of its day belong. */
function timesOf(observations: readonly Observation[]): string[] {
  return observations.flatMap(({ normalized }) =>
    normalized.kind === 'object' ? [normalized.object.timestamp] : [],
  );
}

/** Of what was stored now: a document that comes again loses nothing again. */
function reportLosses(
  report: ReportLosses,
  classified: readonly ObservationOutcome[],
  outcomes: readonly StoreOutcome[],
): void {
  for (const [nr, { observation, outcome }] of classified.entries()) {
    const { source } = observation;
    if (outcome.kind === 'quarantined') report.quarantined(source, outcome.reason, outcome.problems);
    if (outcome.kind === 'versions' && outcomes[nr]?.kind === 'published')
      report.leftOut(source, outcome.lost);
  }
}

/** Includes the part after the last one of each: it exists if the object had more readings before. */
async function loadKnown(
  query: Postgres['query'],
  person: LiveSubject,
  observations: readonly ObservationOutcome[],
): Promise<Map<string, KnownObject>> {
  const keys = observations.flatMap(({ observation: { source }, outcome }) => {
    const parts = partsIn(outcome);
    if (parts.length === 0) return [];
    return [...parts.map(({ objectId }) => objectId), following(parts)].map((id) =>
      objectKey(person, source, id),
    );
  });
  return keys.length === 0 ? new Map() : loadObjects(query, keys);
}

/** Tracks versions through one call, in which an object may come several times. */
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

  /** Whoever was published before is withdrawn when nothing of it is measured any more; of others there is nothing to withdraw. */
  function withWithdrawal(outcome: ObjectOutcome, source: string): ObjectOutcome {
    const parts = outcome.kind === 'unmapped' ? partsIn(outcome) : [];
    const isKnown = parts.some(({ objectId }) =>
      known.has(objectKey(person, source, objectId).toString('hex')),
    );
    return isKnown ? { kind: 'versions', parts, lost: [] } : outcome;
  }

  function enter({ observation, outcome: given }: ObservationOutcome, arrivalMs: number): StoreOutcome {
    const { source, connectionId, raw } = observation;
    const outcome = withWithdrawal(given, source);
    const document = { source, connectionId, raw };
    if (outcome.kind === 'unmapped' || outcome.kind === 'quarantined') {
      const problems = outcome.kind === 'quarantined' ? outcome.problems : undefined;
      documents.push({
        ...document,
        eventId: undefined,
        state: outcome.kind,
        reason: outcome.reason,
        problems,
      });
    }
    if (outcome.kind !== 'versions') return { kind: outcome.kind };
    const parts = [...outcome.parts, ...surplus(outcome.parts, { source, arrivalMs, raw })];
    const results = parts.map((part) => enterPart(part, source));
    let problems: readonly Problem[] | undefined = faultyFields(outcome.lost);
    for (const result of results) {
      if (result.kind !== 'published') continue;
      documents.push({ ...document, eventId: result.eventId, state: 'event', reason: undefined, problems });
      // Once for the document, not for each of its parts.
      problems = undefined;
    }
    return results.find(({ kind }) => kind === 'published') ?? results[0] ?? { kind: 'duplicate' };
  }

  /** The part that an object with fewer readings than before no longer has. */
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

/** The events to be; of what has no reading its withdrawal. */
function partsIn(outcome: ObjectOutcome): readonly ObjectPart[] {
  if (outcome.kind === 'versions') return outcome.parts;
  return outcome.kind === 'unmapped' && outcome.withdrawal !== undefined ? [outcome.withdrawal] : [];
}

function following(parts: readonly ObjectPart[]): string {
  return partId(parts[0]?.objectId ?? '', parts.length + 1);
}
