import type { Profile } from '@bridge/contracts';
import type { Postgres, Query, Statement } from '@bridge/postgres';
import { buildEvent } from '@bridge/testing';
import { DataKey, type LiveSubject } from '@bridge/vault';
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { loadZone, writeZone } from '../../documents/rows/zone-rows.ts';
import { createStoreProfile } from './profile-rows.ts';

const person: LiveSubject = {
  subjectId: '00000000-0000-4000-8000-000000000001',
  userId: 'ada',
  key: new DataKey(randomBytes(32)),
  erased: false,
};

/** One person's rows in memory, by the statements that write them. */
function createWorld() {
  const rows = new Map<string, Buffer>();
  const names: string[] = [];
  const query = ((text: string) => {
    const sealed = rows.get(text.includes('ingest.zones') ? 'write-zone' : 'write-profile');
    return Promise.resolve(text.startsWith('select sealed') && sealed !== undefined ? [{ sealed }] : []);
  }) as unknown as Query;
  const enter = ({ name, values }: Statement) => {
    names.push(name);
    rows.set(name, values[1] as Buffer);
  };
  const pipelineAndCommit = (statements: readonly Statement[]) => {
    for (const statement of statements) enter(statement);
    return Promise.resolve(statements.map(() => []));
  };
  const transaction = ((work: (tx: unknown) => unknown) =>
    work({ query, pipelineAndCommit })) as unknown as Postgres['transaction'];
  const storeProfile = createStoreProfile({
    transaction,
    toEventMessage: (event) => ({
      ...{ topic: 'events', key: event.user_id, ceId: event.event_id, value: Buffer.alloc(1), headers: {} },
    }),
    outbox: {
      addStatement: () => ({ name: 'add', text: '', values: [] }),
      blockedStatement: () => ({ name: 'blocked', text: '', values: [] }),
    },
    outboxSeal: { seal: () => Buffer.alloc(1) },
    offer: () => undefined,
  });
  return {
    names,
    enter,
    states: (profile: Profile) => storeProfile(person, () => ({ event: { ...buildEvent(), profile } })),
    zone: () => loadZone(query, person),
  };
}

it('stores the zone of a profile with it, beside the last offset', async () => {
  const { enter, states, zone } = createWorld();
  enter(writeZone(person, { offset: { minutes: 60, atMs: 7 } }));
  await states({ time_zone: 'Asia/Tokyo' });
  expect(await zone()).toEqual({ timeZone: 'Asia/Tokyo', offset: { minutes: 60, atMs: 7 } });
});

it('writes no zone again, and none for a profile without one', async () => {
  const { names, states } = createWorld();
  await states({ language: 'de' });
  expect(names).toEqual(['add', 'blocked', 'write-profile']);
  await states({ time_zone: 'Asia/Tokyo' });
  names.length = 0;
  await states({ language: 'en' });
  expect(names).toEqual(['add', 'blocked', 'write-profile']);
});
