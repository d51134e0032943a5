import { hash, randomBytes } from 'node:crypto';
import type { Credentials } from '@bridge/auth';
import type { Redis } from '@bridge/redis';
import type { Vault } from '@bridge/vault';
import { z } from 'zod';

/** A ticket opens one stream as the one who asked for it, without a header: an EventSource can't send one. */
export type StreamTickets = {
  issue(credentials: Credentials): Promise<{ readonly ticket: string; readonly expiresAt: Date }>;
  /** The credentials that a ticket stands for; undefined if it is unknown, used or expired. */
  redeem(ticket: string): Promise<Credentials | undefined>;
};

type Deps = {
  readonly redis: Pick<Redis, 'run'>;
  readonly vault: Pick<Vault, 'sealForService' | 'unsealForService'>;
  readonly now: () => number;
  readonly ttlMs: number;
};

const shape = /^bbt_[A-Za-z0-9_-]{43}$/;
const storedCredentials = z.object({ authorization: z.string().optional(), cookie: z.string().optional() });

/**
 * Redis holds credentials for seconds, under the hash of the ticket and sealed: the stream is checked against them while it is
 * open, so it ends with the key.
 */
export function createStreamTickets({ redis, vault, now, ttlMs }: Deps): StreamTickets {
  const keyOf = (ticket: string) => `gateway:ticket:${hash('sha256', ticket)}`;
  const placeOf = (key: string) => ({ table: 'redis', column: 'stream_ticket', row: key });

  return {
    async issue(credentials) {
      const ticket = `bbt_${randomBytes(32).toString('base64url')}`;
      const key = keyOf(ticket);
      const sealed = await vault.sealForService(JSON.stringify(credentials), placeOf(key));
      await redis.run((client) => client.set(key, sealed, 'PX', ttlMs));
      return { ticket, expiresAt: new Date(now() + ttlMs) };
    },
    async redeem(ticket) {
      if (!shape.test(ticket)) return undefined;
      const key = keyOf(ticket);
      const sealed = await redis.run((client) => client.getdelBuffer(key));
      if (sealed === null) return undefined;
      const { authorization, cookie } = storedCredentials.parse(
        JSON.parse((await vault.unsealForService(sealed, placeOf(key))).toString()),
      );
      return { authorization, cookie };
    },
  };
}
