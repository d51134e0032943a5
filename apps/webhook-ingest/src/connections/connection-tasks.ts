import { z } from 'zod';
import type { Revoke } from './revoke.ts';

type Deps = {
  readonly revoke: Revoke['revoke'];
  /** Of each vendor that is configured and has subscriptions. */
  readonly renewals: readonly (() => Promise<void>)[];
  readonly adoptStrays: () => Promise<number>;
};

const ofConnection = z.object({ connection_id: z.uuid() });

/** Jobs of connections by name; `renew_subscriptions` and `adopt_strays` are also due hourly. */
export function connectionTasks({ revoke, renewals, adoptStrays }: Deps) {
  return {
    revoke_access: async (payload: unknown) => revoke(ofConnection.parse(payload).connection_id),
    renew_subscriptions: async () => {
      for (const renew of renewals) await renew();
    },
    adopt_strays: async () => {
      await adoptStrays();
    },
  };
}
