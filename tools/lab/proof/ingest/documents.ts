import { dateOf, dayMs } from '../../simulate/life/day-number.ts';
import { healthyProfiles } from '../../simulate/life/profile.ts';
import { simulatePerson } from '../../simulate/simulate-person.ts';
import { ouraDocuments } from '../../vendor-sim/documents/oura.ts';
import { createWhoopDocuments } from '../../vendor-sim/documents/whoop.ts';
import type { Document } from '../../vendor-sim/document-store.ts';

type TemplateDocument = { readonly collection: string; readonly document: Document };

export type Templates = {
  readonly oura: readonly TemplateDocument[];
  readonly whoop: {
    readonly nights: readonly Readonly<Record<'cycle' | 'sleep' | 'recovery', Document>>[];
    readonly workouts: readonly Document[];
  };
};

/** Spreads documents over enough days that no person has unnaturally many on one day. */
const days = 28;

/** Creates the documents of some ordinary past days. */
export function documentTemplates(seed: number, nowMs: number): Templates {
  const from = dateOf(Math.floor(nowMs / dayMs) - days - 2);
  const life = { seed, from, days };
  const ring = simulatePerson({ ...life, profile: healthyProfiles.ring }).flatMap(ouraDocuments);
  const profile = { ...healthyProfiles.athlete, devices: ['whoop'] } as const;
  const strap = simulatePerson({ ...life, profile }).flatMap(createWhoopDocuments(1));
  const of = (collection: string) =>
    strap.filter((one) => one.collection === collection).map(({ document }) => document);
  const [cycles, recoveries] = [of('cycle'), of('recovery')];
  const nights = of('sleep').flatMap((sleep) => {
    const cycle = cycles.find(({ id }) => id === sleep.cycle_id);
    const recovery = recoveries.find(({ sleep_id }) => sleep_id === sleep.id);
    return cycle && recovery ? [{ cycle, sleep, recovery }] : [];
  });
  return {
    oura: ring.filter(({ collection }) => collection !== 'heartrate'),
    whoop: { nights, workouts: of('workout') },
  };
}

/** The field of each collection that corrections change. */
const correctedFields: Readonly<Record<string, readonly string[]>> = {
  daily_sleep: ['score'],
  daily_readiness: ['temperature_deviation'],
  daily_spo2: ['spo2_percentage', 'average'],
  session: ['heart_rate_variability', 'items'],
  sleep: ['average_breath'],
  workout: ['calories'],
  'whoop/sleep': ['score', 'respiratory_rate'],
  'whoop/recovery': ['score', 'hrv_rmssd_milli'],
  'whoop/workout': ['score', 'kilojoule'],
};

/** Returns the document after this many corrections. Each number gives another document. */
export function withCorrections(name: string, document: Document, corrections: number): Document {
  const path = correctedFields[name];
  if (path === undefined) throw new RangeError(`nothing of ${name} is corrected`);
  return change(document, path, corrections) as Document;
}

function change(value: unknown, [field, ...rest]: readonly string[], corrections: number): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => change(item, [], corrections));
  if (field !== undefined) {
    const fields = value as Document;
    return { ...fields, [field]: change(fields[field], rest, corrections) };
  }
  return Math.round((typeof value === 'number' ? value : 0) * 100 + corrections) / 100;
}
