import type { BiometricEvent, NewestReading, OpenAlertDocument } from '@bridge/contracts';
import type { LiveSubject } from '@bridge/vault';
import { currentEvents, readingsWithinMs } from './current-events.ts';
import type { HistoryDeps } from './history-deps.ts';
import { pointsOf, type MeasuredPoint } from './measured-point.ts';
import { newestOf, newestReading } from './newest-readings.ts';
import { loadOpenAlerts } from './open-alerts.ts';
import { loadProgress, type BlockProgress } from './progress-rows.ts';

/** The part of a person's state that a stream begins with. */
export type Standing = {
  readonly readings: readonly NewestReading[];
  readonly alerts: readonly OpenAlertDocument[];
};

/** `person`: undefined where nothing is stored. `fresh`: events that may not be in the table yet. */
export type LoadStanding = (
  person: LiveSubject | undefined,
  fresh: readonly BiometricEvent[],
) => Promise<Standing>;

/** Reads without a check of access and without a record of it: both are the caller's. */
export function createLoadStanding(deps: Omit<HistoryDeps, 'rules'>): LoadStanding {
  return async function loadStanding(person, fresh) {
    const arriving = fresh.filter(({ operation }) => operation !== 'delete').flatMap(pointsOf);
    if (person === undefined) return { readings: newestOf(arriving).map(newestReading), alerts: [] };
    const [progress, alerts] = await Promise.all([
      loadProgress(deps.query, person),
      loadOpenAlerts(deps.query, person),
    ]);
    const stored = await loadNewestReadings(deps, person, progress);
    return { readings: newestOf([...stored, ...arriving]).map(newestReading), alerts };
  };
}

/** Pulses of up to an hour are one event. */
const pulsesWithinMs = 3_600_000;
/** Of a person whose history is not in blocks yet, the newest readings are looked for among the events of so many days. */
const searchedDaysMs = 14 * 86_400_000;

/** Those of finished days are kept; those since then are read from the events, however many came. */
export async function loadNewestReadings(
  { query, digesting, now }: Omit<HistoryDeps, 'rules'>,
  person: LiveSubject,
  { finishedUntil, newest }: BlockProgress,
): Promise<MeasuredPoint[]> {
  const from = finishedUntil ?? now() - searchedDaysMs;
  // A clock may be a few minutes ahead.
  const to = now() + readingsWithinMs;
  const points: MeasuredPoint[] = [...newest];
  const selection = { from: from - readingsWithinMs, to, pulsesFrom: from - pulsesWithinMs };
  for await (const page of currentEvents(query, person, selection)) {
    points.push(...(await digesting.digest(person, page, { kind: 'newest', from, to })));
  }
  return newestOf(points);
}
