import type { BiometricEvent } from '@bridge/contracts';
import { declarationScope } from '../profiles/domain/declaration-scope.ts';
import type { EventDraft } from './domain/interpret-body.ts';

/** What came of an event. Only `accepted` stored anything. */
export type Acceptance =
  | { readonly kind: 'accepted' | 'already_known' | 'conflict' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Contents of events that were accepted; best effort, since its store may lose them. */
export type KnownContents = {
  /** By event id. */
  find(eventIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Call it when the events are durable, never before: what is known is not stored again. */
  remember(events: readonly BiometricEvent[]): void;
  /** How the content of an event is noted. */
  noteOf(event: BiometricEvent): string;
};

type Deps = {
  /** Resolves once the event is durable. */
  readonly accept: (event: BiometricEvent, raw: Buffer) => Promise<void>;
  readonly contents: KnownContents;
};

/**
 * In the order of the drafts, which for each person is the order of publishing: a profile or an answer is durable before what
 * comes after it begins. An id stands for one content, also within one call.
 */
export function createAcceptOnce({ accept, contents }: Deps) {
  async function attempt({ event, raw }: EventDraft): Promise<Acceptance> {
    try {
      await accept(event, raw);
    } catch (error) {
      return { kind: 'failed', error };
    }
    contents.remember([event]);
    return { kind: 'accepted' };
  }

  return async function acceptOnce(drafts: readonly EventDraft[]): Promise<Acceptance[]> {
    const known = await contents.find(drafts.map(({ event }) => event.event_id));
    const earlier = new Map<string, { event: BiometricEvent; acceptance: Promise<Acceptance> }>();
    /** By person; what they stated last. */
    const stated = new Map<string, Promise<Acceptance>>();
    const outcomes = drafts.map(async (draft): Promise<Acceptance> => {
      const { event } = draft;
      const id = event.event_id;
      const before = known.get(id);
      if (before !== undefined) return compared(before, contents.noteOf(event));
      const twin = earlier.get(id);
      if (twin !== undefined) {
        return twin.acceptance.then((one) =>
          one.kind === 'failed' ? one : compared(contents.noteOf(twin.event), contents.noteOf(event)),
        );
      }
      const statedBefore = stated.get(event.user_id);
      const acceptance =
        statedBefore === undefined ? attempt(draft) : statedBefore.then(() => attempt(draft));
      if (declarationScope(event) !== undefined) stated.set(event.user_id, acceptance);
      earlier.set(id, { event, acceptance });
      return acceptance;
    });
    return Promise.all(outcomes);
  };
}

function compared(before: string, note: string): Acceptance {
  return { kind: before === note ? 'already_known' : 'conflict' };
}
