import type { RequireScope } from '@bridge/auth';
import type { BiometricEvent, Language } from '@bridge/contracts';
import type { Postgres } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import { createAccessLog } from '../connections/rows/access-log.ts';
import type { FlatBodies } from '../flat-bodies/wire.ts';
import type { IngestRoutes } from '../http/ingest-routes.ts';
import type { EventPublisher } from '../publishing/wire.ts';
import { createChangeProfile, type ChangeProfile } from './change-profile.ts';
import { createGiveAnswer } from './give-answer.ts';
import { mountProfileRoutes } from './routes/profile-routes.ts';
import { createLoadProfile, createStoreProfile, type ProfileEvent } from './rows/profile-rows.ts';

type Deps = {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly vault: Vault;
  readonly outbox: Pick<EventPublisher['outbox'], 'rows' | 'seal' | 'offer'>;
  readonly toEventMessage: EventPublisher['toEventMessage'];
  readonly publish: EventPublisher['publish'];
  readonly now: () => number;
  readonly retentionDays: number;
};

type MountDeps = Pick<IngestRoutes, 'app' | 'requireKey' | 'countOutcome'> &
  Pick<FlatBodies, 'acceptOnce' | 'keepBody'> & { readonly requireScope: RequireScope };

export type Profiles = {
  /** Makes an event durable; a profile is stored with it. */
  readonly publishDeclaration: (event: BiometricEvent) => Promise<void>;
  /** Undefined where the person has stated none. */
  readonly languageOf: (userId: string) => Promise<Language | undefined>;
  readonly mount: (deps: MountDeps) => void;
};

/** What persons state of themselves: profiles and answers. */
export function wireProfiles({ postgres, vault, outbox, toEventMessage, publish, ...given }: Deps): Profiles {
  const { query, transaction } = postgres;
  const storeProfile = createStoreProfile({
    transaction,
    toEventMessage,
    outbox: outbox.rows,
    outboxSeal: outbox.seal,
    offer: outbox.offer,
  });
  const loadProfile = createLoadProfile({ query, vault });
  const changeProfile = createChangeProfile({ vault, storeProfile, publish });
  return {
    publishDeclaration: async (event) => {
      if (isProfile(event)) await changeProfile.take(event);
      else await publish(event);
    },
    languageOf: async (userId) => (await loadProfile(userId))?.profile.language,
    mount({ acceptOnce, keepBody, ...routes }) {
      mountProfileRoutes(routes.app, {
        ...given,
        ...routes,
        loadProfile,
        changeProfile: withBody(changeProfile, keepBody),
        giveAnswer: createGiveAnswer({ acceptOnce }),
        recordAccess: createAccessLog(query),
      });
    },
  };
}

function isProfile(event: BiometricEvent): event is ProfileEvent {
  return event.profile !== undefined;
}

/** Keeps the body of what was stored. */
function withBody({ put }: ChangeProfile, keepBody: FlatBodies['keepBody']): Pick<ChangeProfile, 'put'> {
  return {
    async put(profile, sender) {
      const receipt = await put(profile, sender);
      if (receipt.kind === 'accepted') {
        const { eventId } = receipt;
        await keepBody({ eventId, userId: sender.userId, raw: Buffer.from(sender.raw) });
      }
      return receipt;
    },
  };
}
