import { randomBytes } from 'node:crypto';
import type { EnvValues } from './env-file.ts';

const token = () => randomBytes(32).toString('base64url');
const key = () => randomBytes(32).toString('base64');

/** The secrets of a stack and their generators. Key lists name their keys, so that they can be rotated. */
const makers = {
  AUREN_MASTER_API_KEY: token,
  LANGGRAPH_AES_KEY: () => `k1:${key()}`,
  BRIDGE_INDEX_KEY: key,
  BRIDGE_SIGNING_KEY: () => `k1:${key()}`,
  BRIDGE_DB_PASSWORD_OWNER: token,
  BRIDGE_DB_PASSWORD_INGEST: token,
  BRIDGE_DB_PASSWORD_COGNITION: token,
  BRIDGE_DB_PASSWORD_ALERTS: token,
  BRIDGE_DB_PASSWORD_GATEWAY: token,
  VENDOR_SIM_OURA_SECRET: token,
  VENDOR_SIM_WHOOP_SECRET: token,
  VENDOR_SIM_VERIFICATION_TOKEN: token,
} as const;

export type Secrets = Readonly<Record<keyof typeof makers, string>>;

/** Keeps existing secrets and generates the missing ones. */
export function completeSecrets(kept: EnvValues): Secrets {
  return Object.fromEntries(
    Object.entries(makers).map(([name, make]) => [name, kept[name] ?? make()]),
  ) as Secrets;
}
