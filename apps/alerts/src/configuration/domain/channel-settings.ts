import type { Problem } from '@bridge/contracts';
import type { ChannelSettings } from './configuration-snapshot.ts';
import { hasMaskedQuery, maskQuery, restoreQuery } from './masked-query.ts';

const mask = '***';

/** Settings as they may be shown. Of several secrets under one name, each mask counts its place from 1; addresses keep no query. */
export function maskSettings(settings: ChannelSettings, secrets: readonly string[]): ChannelSettings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      secrets.includes(name) ? masked(value) : withoutQuery(value),
    ]),
  );
}

function withoutQuery(value: unknown): unknown {
  return typeof value === 'string' ? maskQuery(value) : value;
}

function masked(value: unknown): unknown {
  return Array.isArray(value) ? value.map((_, n) => `${mask}${n + 1}`) : mask;
}

type MergedSettings =
  | { readonly kind: 'merged'; readonly settings: ChannelSettings }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/**
 * Puts the stored secrets where the given settings have masks. Not where the receiver's address is another one: else whoever
 * may not see a secret could have it sent to themselves.
 */
export function restoreSecrets(
  given: ChannelSettings,
  stored: ChannelSettings | undefined,
  secrets: readonly string[],
): MergedSettings {
  const sameAddress = stored !== undefined && addressOf(given, secrets) === addressOf(stored, secrets);
  const problems: Problem[] = [];
  const found = (secret: unknown, path: string): unknown => {
    const message =
      stored !== undefined && !sameAddress
        ? 'must be given again, since the address of the receiver changes'
        : 'is masked, but no such secret is stored';
    if (!sameAddress || secret === undefined) problems.push({ path, message });
    return sameAddress ? secret : undefined;
  };
  const restored = (value: unknown, kept: unknown, path: string): unknown =>
    typeof value === 'string' && value.startsWith(mask) ? found(secretAt(kept, value), path) : value;
  const settings = Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const path = `settings.${name}`;
      const kept = stored !== undefined && Object.hasOwn(stored, name) ? stored[name] : undefined;
      if (!secrets.includes(name)) {
        const isMasked = typeof value === 'string' && hasMaskedQuery(value);
        return [name, isMasked ? found(restoreQuery(value, kept), path) : value];
      }
      if (!Array.isArray(value)) return [name, restored(value, kept, path)];
      return [name, value.map((one, n) => restored(one, kept, `${path}.${n}`))];
    }),
  );
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'merged', settings };
}

/** `***` is the only secret under its name, `***2` the second of several. */
function secretAt(kept: unknown, given: string): unknown {
  const place = given.slice(mask.length);
  if (!Array.isArray(kept)) return place === '' ? kept : undefined;
  const secrets = kept as readonly unknown[];
  if (place === '') return secrets.length === 1 ? secrets[0] : undefined;
  return /^\d{1,3}$/.test(place) ? secrets[Number(place) - 1] : undefined;
}

/** The settings that say where a receiver is. Of an address, the path may change. */
function addressOf(settings: ChannelSettings, secrets: readonly string[]): string {
  const parts = Object.entries(settings)
    .filter(([name]) => !secrets.includes(name) && /url|host|port|server|origin|tls|secure/i.test(name))
    .map(([name, value]) => JSON.stringify([name, typeof value === 'string' ? originOf(value) : value]));
  return parts.sort().join();
}

function originOf(text: string): string {
  const url = URL.parse(text);
  return url === null ? text : `${url.protocol}//${url.host}`;
}
