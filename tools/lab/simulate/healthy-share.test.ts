import { describe, expect, it } from 'vitest';
import { healthyShare } from './healthy-share.ts';
import { healthyProfiles, frail, type Profile } from './life/profile.ts';
import { createRulesFired } from './naive/rules-fired.ts';
import { simulatePerson } from './simulate-person.ts';

const profiles: readonly [string, Profile][] = Object.entries(healthyProfiles);

function firings(profile: Profile, seed: number, from = '2026-02-02'): string[] {
  const events = simulatePerson({ seed, profile, from, days: 120 }).slice(0, 700);
  return events.flatMap(createRulesFired());
}

describe('healthy people', () => {
  it.each(profiles)('%s: no event fulfils a rule', (_name, profile) => {
    expect([1, 2].flatMap((seed) => firings(profile, seed))).toEqual([]);
  });

  it('are told apart from the ill by the same judge', () => {
    const ill = { ...frail, devices: ['whoop'], illnessesPerYear: 13 } as const;
    expect([1, 2].flatMap((seed) => firings(ill, seed))).toContain('rmssd_drop');
  });
});

describe('healthyShare', () => {
  it('counts switches of as many events as asked for, each person by a decider of their own', () => {
    const users: string[] = [];
    const share = healthyShare((userId) => {
      users.push(userId);
      let mode: string | null = null;
      return ({ user_id }) => {
        expect(user_id).toBe(userId);
        const from = mode;
        mode = 'pattern';
        return from === null ? { from, to: mode } : undefined;
      };
    });
    expect(new Set(users).size).toBe(profiles.length);
    expect(share).toEqual({
      events: 5000,
      transitions: profiles.length,
      share: profiles.length / 5000,
      toItself: 0,
    });
  });

  it('counts switches to the own mode', () => {
    const share = healthyShare(() => () => ({ from: 'pattern', to: 'pattern' }), { events: 60 });
    expect(share).toMatchObject({ events: 60, transitions: 60, share: 1, toItself: 60 });
  });
});
