import {
  objectKeyOf,
  eventsAnywhere,
  eventsBetween,
  eventsById,
  type People,
  type PersonEvent,
} from '@bridge/decision-store';
import type { BiometricEvent } from '@bridge/contracts';
import { byteaArray, type EventKeys, type Query } from '@bridge/postgres';
import {
  collectKnown,
  type EventRange,
  eventsToLoad,
  initialState,
  type PersonState,
  type RuleSet,
} from '@bridge/mode-policy';
import type { BatchInFlight } from './state-cache.ts';

type Known = ReturnType<typeof collectKnown>;
type NewEvents = ReadonlyMap<string, readonly BiometricEvent[]>;

type VersionRow = {
  readonly objectKey: Buffer;
  readonly subjectId: string;
  readonly eventId: Buffer;
  readonly time: Date;
};

export type LoadKnownOptions = {
  readonly query: Query;
  readonly eventKeys: EventKeys;
  readonly people: People;
  readonly states: ReadonlyMap<string, PersonState>;
  /** The batch's new events by person, in the order in which they will be decided on. */
  readonly events: NewEvents;
  /** Batches that are committing: their events are earlier ones too, and not in the tables yet. */
  readonly ahead: readonly BatchInFlight[];
  readonly rules: RuleSet;
};

/**
 * Loads the earlier events that a batch needs: other versions of its objects, and the days that corrections and late
 * readings take anew. Most batches need none, and then this is one look at a small table.
 */
export async function loadKnown(options: LoadKnownOptions): Promise<Map<string, Known>> {
  const { query, eventKeys, people, states, events: added, ahead, rules } = options;
  const known = new Map<string, Known>();
  for (const subjectId of added.keys()) known.set(subjectId, collectKnown());
  const remember = (found: readonly PersonEvent[]) => {
    for (const { subjectId, event } of found) known.get(subjectId)?.add(event);
  };
  remember(await otherVersions(query, eventKeys, people, added));
  for (const [subjectId, own] of known) {
    for (const { events } of ahead) events.get(subjectId)?.forEach(own.add);
  }
  const ranges: (EventRange & { readonly subjectId: string })[] = [];
  for (const [subjectId, own] of known) {
    const needed = eventsToLoad(
      states.get(subjectId) ?? initialState,
      added.get(subjectId) ?? [],
      own,
      rules,
    );
    for (const range of needed) ranges.push({ ...range, subjectId });
  }
  if (ranges.length === 0) return known;
  remember(await eventsBetween(query, people, ranges));
  // A version may be committing that came late, long after the one that counts.
  remember(await otherVersions(query, eventKeys, people, aheadOf(ranges, ahead)));
  return known;
}

function aheadOf(
  people: readonly { readonly subjectId: string }[],
  ahead: readonly BatchInFlight[],
): NewEvents {
  const found = new Map<string, BiometricEvent[]>();
  for (const { subjectId } of people) {
    found.set(
      subjectId,
      ahead.flatMap(({ events }) => events.get(subjectId) ?? []),
    );
  }
  return found;
}

async function otherVersions(
  query: Query,
  eventKeys: EventKeys,
  people: People,
  added: NewEvents,
): Promise<PersonEvent[]> {
  const objects = new Map<string, { readonly subjectId: string; readonly isVersioned: boolean }>();
  for (const [subjectId, events] of added) {
    for (const event of events) {
      const key = objectKeyOf(event);
      if (key !== undefined) objects.set(key, { subjectId, isVersioned: event.version > 0 });
    }
  }
  if (objects.size === 0) return [];
  const rows = await query<VersionRow>(
    `select object_key "objectKey", subject_id "subjectId", event_id "eventId", time
       from cognition.objects where object_key = any($1::bytea[])`,
    [byteaArray([...objects.keys()])],
  );
  const found = new Set(rows.map(({ objectKey }) => objectKey.toString('hex')));
  // Version 0 leaves no row of its own. It is there if its id was decided on.
  const unnumbered = [...objects].filter(([key, { isVersioned }]) => isVersioned && !found.has(key));
  const decided = await knownOf(
    query,
    eventKeys,
    unnumbered.map(([key]) => key),
  );
  return [
    ...(await eventsById(
      query,
      people,
      rows.map((row) => ({ ...row, time: row.time.getTime() })),
    )),
    ...(await eventsAnywhere(
      query,
      people,
      unnumbered.flatMap(([key, { subjectId }]) =>
        decided.has(key) ? [{ subjectId, eventId: Buffer.from(key, 'hex') }] : [],
      ),
    )),
  ];
}

async function knownOf(query: Query, eventKeys: EventKeys, keys: readonly string[]) {
  return keys.length === 0 ? new Map<string, string>() : eventKeys.known(query, keys);
}
