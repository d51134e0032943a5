import { CodedError } from '@bridge/core';
import { createHmac, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { DataKey } from './data-key.ts';
import { type KeyList } from './key-list.ts';
import { type Query } from './query.ts';
import { sealWith, unsealWith, type Place } from './seal.ts';
import { loadServiceKey } from './service-key.ts';
import { serviceSubject, type Subject } from './subject.ts';
import { insertRows, rowsById, rowsByIndex, type NewSubjectRow, type SubjectRow } from './subject-rows.ts';
import { unwrapKey, wrapKey } from './wrap.ts';

export type Vault = {
  /** Persons by user id; those not known yet are created. At most three statements, however many persons. */
  subjectsFor(userIds: Iterable<string>): Promise<Map<string, Subject>>;
  /** As `subjectsFor`, but unknown persons are left out. */
  find(userIds: Iterable<string>): Promise<Map<string, Subject>>;
  /** Persons by subject id; unknown ones are left out. */
  byId(subjectIds: Iterable<string>): Promise<Map<string, Subject>>;
  /** Blind index of a user id: HMAC-SHA256, 32 bytes. */
  userIndex(userId: string): Buffer;
  /** Drops cached persons, e.g. after an erasure. */
  forget(subjectIds: Iterable<string>): void;
  /** The key for values of no known person; their places have the subject `serviceSubject`. Read once, then kept. */
  serviceKey(): Promise<DataKey>;
  /** `sealWith` the service key. */
  sealForService(plaintext: Buffer | string, at: ServicePlace): Promise<Buffer>;
  /** `unsealWith` the service key. */
  unsealForService(sealed: Buffer, at: ServicePlace): Promise<Buffer>;
};

/** A place whose subject is `serviceSubject`. */
export type ServicePlace = Omit<Place, 'subject'>;

export type VaultOptions = {
  readonly query: Query;
  readonly kek: KeyList;
  /** Never rotates: every blind index depends on it. */
  readonly indexKey: DataKey;
  /** Persons kept unwrapped in memory, about 0.6 KB each. */
  readonly cacheSize: number;
  /** After this long a cached person is read again, so an erasure elsewhere is noticed. Default 60,000 ms. */
  readonly cacheTtlMs?: number;
};

/** Touches nothing until it is first asked, so a service can start while PostgreSQL is down. */
export function createVault(options: VaultOptions): Vault {
  const { query, kek, indexKey, cacheSize, cacheTtlMs = 60_000 } = options;
  let serviceKey: Promise<DataKey> | undefined;
  const cache = createSubjectCache({ max: cacheSize, ttl: cacheTtlMs });

  function getServiceKey(): Promise<DataKey> {
    serviceKey ??= loadServiceKey(query, kek).catch((error: unknown) => {
      serviceKey = undefined; // The next caller tries again.
      throw error;
    });
    return serviceKey;
  }

  const indexSecret = indexKey.secret();
  const userIndex = (userId: string) => createHmac('sha256', indexSecret).update(userId, 'utf8').digest();

  /** Moves persons that the table holds from `missing` (user id by hex index) to `found`. */
  async function collect(found: Map<string, Subject>, missing: Map<string, string>): Promise<void> {
    const indexes = [...missing.keys()].map((hex) => Buffer.from(hex, 'hex'));
    for (const row of await rowsByIndex(query, indexes)) {
      const hex = row.userIndex.toString('hex');
      const userId = missing.get(hex);
      if (userId === undefined) continue;
      found.set(userId, cache.add(unsealSubject(kek, row, userId)));
      missing.delete(hex);
    }
  }

  async function look(userIds: Iterable<string>) {
    const found = new Map<string, Subject>();
    const missing = new Map<string, string>();
    for (const userId of userIds) {
      const cached = cache.byUserId(userId);
      if (cached) found.set(userId, cached);
      else missing.set(userIndex(userId).toString('hex'), userId);
    }
    if (missing.size > 0) await collect(found, missing);
    return { found, missing };
  }

  async function create(found: Map<string, Subject>, missing: Map<string, string>): Promise<void> {
    const candidates = [...missing].map(([hex, userId]) => newSubject(kek, Buffer.from(hex, 'hex'), userId));
    const made = await insertRows(
      query,
      candidates.map(({ row }) => row),
    );
    for (const { row, subject } of candidates) {
      if (!made.has(subject.subjectId)) continue;
      found.set(subject.userId, cache.add(subject));
      missing.delete(row.userIndex.toString('hex'));
    }
    // Persons who are still missing were created by another process in the meantime.
    if (missing.size > 0) await collect(found, missing);
  }

  return {
    serviceKey: getServiceKey,
    sealForService: async (plaintext, at) =>
      sealWith(await getServiceKey(), plaintext, { ...at, subject: serviceSubject }),
    unsealForService: async (sealed, at) =>
      unsealWith(await getServiceKey(), sealed, { ...at, subject: serviceSubject }),
    userIndex,
    find: async (userIds) => (await look(userIds)).found,
    async subjectsFor(userIds) {
      const { found, missing } = await look(userIds);
      if (missing.size > 0) await create(found, missing);
      if (missing.size > 0) throw new CodedError('subject_vanished', 'transient', 'A person was not stored.');
      return found;
    },
    async byId(subjectIds) {
      const found = new Map<string, Subject>();
      const missing = new Set<string>();
      for (const subjectId of subjectIds) {
        const cached = cache.bySubjectId(subjectId);
        if (cached) found.set(subjectId, cached);
        else missing.add(subjectId);
      }
      if (missing.size === 0) return found;
      for (const row of await rowsById(query, [...missing])) {
        found.set(row.subjectId, cache.add(unsealSubject(kek, row, undefined)));
      }
      return found;
    },
    forget: (subjectIds) => cache.drop(subjectIds),
  };
}

/** Persons seen lately, each under both of their ids. */
function createSubjectCache(limits: { readonly max: number; readonly ttl: number }) {
  const byUserId = new LRUCache<string, Subject>(limits);
  const bySubjectId = new LRUCache<string, Subject>(limits);
  return {
    byUserId: (userId: string) => byUserId.get(userId),
    bySubjectId: (subjectId: string) => bySubjectId.get(subjectId),
    add(subject: Subject): Subject {
      bySubjectId.set(subject.subjectId, subject);
      if (subject.userId !== undefined) byUserId.set(subject.userId, subject);
      return subject;
    },
    drop(subjectIds: Iterable<string>): void {
      for (const subjectId of subjectIds) {
        const userId = bySubjectId.get(subjectId)?.userId;
        if (userId !== undefined) byUserId.delete(userId);
        bySubjectId.delete(subjectId);
      }
    },
  };
}

/** `expected` is the user id that led to this row: a row whose index was swapped holds another one inside. */
function unsealSubject(kek: KeyList, row: SubjectRow, expected: string | undefined): Subject {
  const { subjectId, userIdSealed } = row;
  if (row.key === undefined) return { erased: true, subjectId, userId: expected };
  const key = unwrapKey(kek, row.key, { table: 'keys.subject_keys', owner: subjectId });
  const userId = unsealWith(key, userIdSealed, userIdPlace(subjectId)).toString('utf8');
  if (expected !== undefined && userId !== expected) {
    throw new CodedError('subject_swapped', 'permanent', 'A row of keys.subjects belongs to another person.');
  }
  return { erased: false, subjectId, userId, key };
}

function newSubject(kek: KeyList, userIndex: Buffer, userId: string) {
  const subjectId = randomUUID();
  const key = DataKey.random();
  const row: NewSubjectRow = {
    subjectId,
    userIndex,
    userIdSealed: sealWith(key, userId, userIdPlace(subjectId)),
    key: wrapKey(kek, key, { table: 'keys.subject_keys', owner: subjectId }),
  };
  return { row, subject: { erased: false, subjectId, userId, key } as const };
}

function userIdPlace(subjectId: string) {
  return { table: 'keys.subjects', column: 'user_id_sealed', row: subjectId, subject: subjectId };
}
