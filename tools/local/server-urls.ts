import type { EnvValues } from './env-file.ts';

/** The servers that a URL in the environment can replace, and the name of that URL. */
export const urlNames = {
  postgres: 'POSTGRES_ADMIN_URL',
  kafka: 'KAFKA_BOOTSTRAP_SERVERS',
  registry: 'SCHEMA_REGISTRY_URL',
  redis: 'REDIS_URL',
} as const;

export type ServerName = keyof typeof urlNames;
export const serverNames = Object.keys(urlNames) as ServerName[];
export type ServerUrls = Readonly<Record<ServerName, string>>;

/**
 * Returns the servers that the environment names. A URL that this stack wrote into its own env file does not count.
 * Otherwise a shell that loaded the file could not start the stack again.
 */
export function replacedServers(env: NodeJS.ProcessEnv, written: EnvValues): Partial<ServerUrls> {
  const given = serverNames.map((name) => [name, env[urlNames[name]]] as const);
  return Object.fromEntries(
    given.filter(([name, url]) => url !== undefined && url !== '' && url !== written[urlNames[name]]),
  );
}

/** The same database under the role of one service. */
export function roleUrl(adminUrl: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
