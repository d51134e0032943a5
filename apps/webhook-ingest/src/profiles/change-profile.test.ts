import type { BiometricEvent, Profile } from '@bridge/contracts';
import type { Vault } from '@bridge/vault';
import { describe, expect, it } from 'vitest';
import { createChangeProfile } from './change-profile.ts';
import type { ProfileEvent, StoreProfile, StoredProfile } from './rows/profile-rows.ts';

const sender = {
  userId: 'ada',
  clientId: undefined,
  timestamp: undefined,
  raw: Buffer.from('{}'),
  arrivalMs: Date.parse('2026-11-20T12:00:00Z'),
  retentionDays: 400,
};

/** One person's row in memory. */
function createWorld({ erased = false } = {}) {
  let stored: StoredProfile = { profile: {}, count: 0, events: [] };
  const events: BiometricEvent[] = [];
  const published: BiometricEvent[] = [];
  const storeProfile: StoreProfile = (_person, propose) => {
    const change = propose(stored);
    if ('known' in change) return Promise.resolve({ kind: 'already_known', eventId: change.known });
    const { event } = change;
    events.push(event);
    stored = {
      profile: { ...stored.profile, ...event.profile },
      count: stored.count + 1,
      events: [event.event_id, ...stored.events],
    };
    return Promise.resolve({ kind: 'accepted', eventId: event.event_id });
  };
  const person = { subjectId: 'subject', userId: 'ada', erased };
  const vault = { subjectsFor: () => Promise.resolve(new Map([['ada', person]])) };
  const { put, take } = createChangeProfile({
    vault: vault as unknown as Pick<Vault, 'subjectsFor'>,
    storeProfile,
    publish: (event) => Promise.resolve(void published.push(event)),
  });
  return {
    put: (profile: Profile) => put(profile, sender),
    take,
    events,
    published,
    now: () => stored.profile,
  };
}

describe('a profile', () => {
  it('keeps the fields that a change leaves out', async () => {
    const { put, now } = createWorld();
    await put({ birth_year: 1990 });
    await put({ language: 'de' });
    expect(now()).toEqual({ birth_year: 1990, language: 'de' });
  });

  it('that is stored already makes no event, and names the last one', async () => {
    const { put, events } = createWorld();
    await put({ birth_year: 1990, language: 'de' });
    expect(await put({ language: 'de' })).toEqual({ kind: 'already_known', eventId: events[0]?.event_id });
    expect(events).toHaveLength(1);
  });

  it('that is changed and changed back makes three events', async () => {
    const { put, events, now } = createWorld();
    for (const language of ['de', 'en', 'de'] as const) await put({ language });
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(3);
    expect(now()).toEqual({ language: 'de' });
  });

  it('that cannot be is refused and stored nowhere', async () => {
    const { put, events } = createWorld();
    expect(await put({ birth_year: 2050 })).toMatchObject({ kind: 'invalid' });
    expect(events).toEqual([]);
  });

  it('whose event comes again is known, also after others', async () => {
    const { put, take, events } = createWorld();
    await put({ language: 'de' });
    const [first] = events as ProfileEvent[];
    if (first === undefined) throw new Error('nothing was stored');
    await put({ language: 'en' });
    expect(await take(first)).toEqual({ kind: 'already_known', eventId: first.event_id });
    expect(events).toHaveLength(2);
  });

  it('of an erased person is stored nowhere; cognition decides what becomes of the event', async () => {
    const { put, events, published } = createWorld({ erased: true });
    expect(await put({ language: 'de' })).toMatchObject({ kind: 'accepted' });
    expect(events).toEqual([]);
    expect(published).toMatchObject([{ profile: { language: 'de' } }]);
  });
});
