import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { scramVerifier } from './scram-verifier.ts';

/** The services with their own database role, `bridge_<service>`. */
export const services = ['ingest', 'cognition', 'alerts', 'gateway'] as const;
export type Service = (typeof services)[number];

/** Passwords by service, in printable ASCII. */
export type RolePasswords = Partial<Record<Service, string>>;

/** Sets the passwords, and retries if a migration of another database changes the same role of the cluster. */
export async function setRolePasswords(client: pg.Client, passwords: RolePasswords): Promise<void> {
  for (const service of services) {
    const password = passwords[service];
    if (password === undefined) continue;
    const verifier = pg.escapeLiteral(scramVerifier(password, randomBytes(16)));
    await retryConcurrentUpdate(() =>
      client.query(`alter role ${pg.escapeIdentifier(`bridge_${service}`)} password ${verifier}`),
    );
  }
}

async function retryConcurrentUpdate(alter: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await alter();
      return;
    } catch (error) {
      const concurrent = error instanceof Error && error.message === 'tuple concurrently updated';
      if (!concurrent || attempt === 10) throw error;
      await sleep(10 * attempt);
    }
  }
}
