import { z } from 'zod';
import type { Revoke } from './revoke.ts';
import type { createRenewSubscriptions } from './renew-subscriptions.ts';

type Deps = {
  readonly revoke: Revoke['revoke'];
  /** Undefined while Oura is not configured. */
  readonly renewSubscriptions: ReturnType<typeof createRenewSubscriptions> | undefined;
  readonly adoptStrays: () => Promise<number>;
};

const ofConnection = z.object({ connection_id: z.uuid() });

/** Jobs of connections by name; `renew_subscriptions` and `adopt_strays` are also due hourly. */
export function connectionTasks({ revoke, renewSubscriptions, adoptStrays }: Deps) {
  return {
    revoke_access: async (payload: unknown) => revoke(ofConnection.parse(payload).connection_id),
    renew_subscriptions: async () => renewSubscriptions?.(),
    adopt_strays: async () => {
      await adoptStrays();
    },
  };
}
