// In: a person's profile, over HTTP. Out: one event on `biometric.events`, and the profile as it is now.
// Holds: accepted means durable; the same profile again makes no event.
import {
  declarationEvent,
  type BiometricEvent,
  type DeclarationResult,
  type DeclarationSender,
  type Profile,
} from '@bridge/contracts';
import type { Vault } from '@bridge/vault';
import type { ProfileEvent, ProfileOutcome, StoreProfile } from './rows/profile-rows.ts';

export type ProfileReceipt = ProfileOutcome | Extract<DeclarationResult, { readonly kind: 'invalid' }>;

type Deps = {
  readonly vault: Pick<Vault, 'subjectsFor'>;
  readonly storeProfile: StoreProfile;
  /** Of a person who was erased: cognition decides what becomes of the event. */
  readonly publish: (event: BiometricEvent) => Promise<void>;
};

export type ChangeProfile = {
  /** Fields that are left out stay as they were. */
  readonly put: (profile: Profile, sender: DeclarationSender) => Promise<ProfileReceipt>;
  /** An event that has its id already. */
  readonly take: (event: ProfileEvent) => Promise<ProfileOutcome>;
};

export function createChangeProfile({ vault, storeProfile, publish }: Deps): ChangeProfile {
  async function personOf(userId: string) {
    const person = (await vault.subjectsFor([userId])).get(userId);
    return person === undefined || person.erased ? undefined : person;
  }

  async function take(event: ProfileEvent): Promise<ProfileOutcome> {
    const person = await personOf(event.user_id);
    if (person !== undefined) {
      return storeProfile(person, ({ events }) =>
        events.includes(event.event_id) ? { known: event.event_id } : { event },
      );
    }
    await publish(event);
    return { kind: 'accepted', eventId: event.event_id };
  }

  async function put(profile: Profile, sender: DeclarationSender): Promise<ProfileReceipt> {
    const first = declarationEvent({ profile }, sender, 'first');
    if (first.kind === 'invalid') return first;
    const person = await personOf(sender.userId);
    if (person === undefined) return take({ ...first.event, profile });
    return storeProfile(person, ({ profile: before, count, events: [latest] }) => {
      if (latest !== undefined && changesNothing(before, profile)) return { known: latest };
      const made = declarationEvent({ profile }, sender, String(count + 1));
      if (made.kind === 'invalid') throw new Error('a profile was valid and is not any more');
      return { event: { ...made.event, profile } };
    });
  }

  return { put, take };
}

function changesNothing(before: Profile, given: Profile): boolean {
  return Object.entries(given).every(([field, value]) => before[field as keyof Profile] === value);
}
