import { profileSchema, type BiometricEvent, type Profile } from '@bridge/contracts';
import type { Postgres, Query, Statement } from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject, type Vault } from '@bridge/vault';
import { z } from 'zod';
import { withProfile } from '../../documents/domain/person-zone.ts';
import { lockPerson } from '../../documents/rows/person-lock.ts';
import { createPersonOutbox, type PersonOutboxDeps } from '../../documents/rows/person-outbox.ts';
import { loadZone, writeZone } from '../../documents/rows/zone-rows.ts';
import type { EventMessage } from '../../publishing/publish-or-spool.ts';

/** A person's profile and the latest events that changed it. */
export type StoredProfile = {
  readonly profile: Profile;
  /** How many changes were stored. */
  readonly count: number;
  /** Ids of the latest of them, newest first. */
  readonly events: readonly string[];
};

export type ProfileEvent = BiometricEvent & { readonly profile: Profile };

/** What a change makes of the stored profile: an event, or nothing, because it is stored already under this id. */
export type ProposeChange = (
  before: StoredProfile,
) => { readonly event: ProfileEvent } | { readonly known: string };

export type ProfileOutcome = { readonly kind: 'accepted' | 'already_known'; readonly eventId: string };

export type StoreProfile = (person: LiveSubject, propose: ProposeChange) => Promise<ProfileOutcome>;

/** Undefined for a person who is not known or was erased. */
export type LoadProfile = (
  userId: string,
) => Promise<{ readonly subjectId: string; readonly profile: Profile } | undefined>;

const rememberedEvents = 16;
const nothingStored: StoredProfile = { profile: {}, count: 0, events: [] };

const storedSchema = z.object({
  profile: profileSchema,
  count: z.int().min(1),
  events: z.array(z.string()),
});

type Deps = PersonOutboxDeps & {
  readonly transaction: Postgres['transaction'];
  readonly toEventMessage: (event: BiometricEvent) => EventMessage;
};

/**
 * Stores a change of a profile and its event, which leaves through the outbox, in ONE transaction: the profile that is
 * shown is the one that was announced, and documents with a day and no time that arrive later count in its zone. Changes of one person run one after the other.
 */
export function createStoreProfile({ transaction, toEventMessage, ...leaving }: Deps): StoreProfile {
  const outboxWrite = createPersonOutbox(leaving);
  return function storeProfile(person, propose) {
    return transaction(async (tx) => {
      await lockPerson(tx.query, person.subjectId);
      const before = (await loadStored(tx.query, person)) ?? nothingStored;
      const change = propose(before);
      if ('known' in change) return { kind: 'already_known', eventId: change.known };
      const { event } = change;
      const write = outboxWrite(person, [toEventMessage(event)]);
      const after = {
        profile: { ...before.profile, ...event.profile },
        count: before.count + 1,
        events: [event.event_id, ...before.events].slice(0, rememberedEvents),
      };
      const known = await loadZone(tx.query, person);
      const zone = withProfile(known, after.profile);
      const results = await tx.pipelineAndCommit([
        ...write.statements,
        writeProfile(person, after),
        ...(zone === known ? [] : [writeZone(person, zone)]),
      ]);
      write.offer(results);
      return { kind: 'accepted', eventId: event.event_id };
    });
  };
}

export function createLoadProfile({
  query,
  vault,
}: {
  readonly query: Query;
  readonly vault: Pick<Vault, 'find'>;
}): LoadProfile {
  return async function loadProfile(userId) {
    const person = (await vault.find([userId])).get(userId);
    if (person === undefined || person.erased) return undefined;
    const { profile } = (await loadStored(query, person)) ?? nothingStored;
    return { subjectId: person.subjectId, profile };
  };
}

async function loadStored(query: Query, person: LiveSubject): Promise<StoredProfile | undefined> {
  const [row] = await query<{ sealed: Buffer }>('select sealed from ingest.profiles where subject_id = $1', [
    person.subjectId,
  ]);
  if (row === undefined) return undefined;
  return storedSchema.parse(JSON.parse(unsealWith(person.key, row.sealed, placeOf(person)).toString()));
}

function writeProfile(person: LiveSubject, stored: StoredProfile): Statement {
  return {
    name: 'write-profile',
    text: `insert into ingest.profiles (subject_id, sealed) values ($1, $2)
           on conflict (subject_id) do update set sealed = excluded.sealed, updated_at = now()`,
    values: [person.subjectId, sealWith(person.key, JSON.stringify(stored), placeOf(person))],
  };
}

function placeOf({ subjectId }: LiveSubject) {
  return { table: 'ingest.profiles', column: 'sealed', row: subjectId, subject: subjectId };
}
