import { z } from 'zod';

/** How long events, their keys and what vendors sent of them are kept, in days, where nothing else is configured. */
export const defaultRetentionDays = 400;

/** `BRIDGE_RETENTION_DAYS`, the same for the migration job and every service that judges the age of events. */
export const retentionDaysSetting = z.coerce.number().int().min(31).max(3_650).default(defaultRetentionDays);

/** Why a body is refused whose event would be older than anything that is kept. */
export function tooOld(retentionDays = defaultRetentionDays): string {
  return `must not lie more than ${retentionDays} days back`;
}
