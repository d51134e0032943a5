import { createHash } from 'node:crypto';
import type { ChannelAdapter } from './channel.ts';

export type ParsedSettings =
  | { readonly kind: 'settings'; readonly settings: unknown }
  /** Names fields and rules, never values. */
  | {
      readonly kind: 'invalid';
      readonly errors: readonly { readonly path: string; readonly message: string }[];
    };

/** Settings as somebody gave them, or as they are stored. */
export function parseSettings(adapter: ChannelAdapter, given: unknown): ParsedSettings {
  const { success, data, error } = adapter.settings.safeParse(given);
  if (success) return { kind: 'settings', settings: data };
  const errors = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return { kind: 'invalid', errors };
}

/** Settings for showing: a secret is only a mark by which one can tell it from another. */
export function maskSettings(adapter: ChannelAdapter, settings: unknown): Record<string, unknown> {
  const entries = Object.entries(settings as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, adapter.secrets.includes(name) ? masked(value) : value]),
  );
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  return `***${fingerprint(String(value))}`;
}

/** 16 bits: enough to tell two secrets apart, too little to confirm a guessed password. */
function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 4);
}
